import { Module } from '@nestjs/common';
import { MediaModule } from './media.module.js';
import { ImageRenditionsConsumer } from './renditions/image-renditions.consumer.js';
import { UploadSweep } from './uploads/upload-sweep.task.js';

/** The jobs of images. */
@Module({ imports: [MediaModule], providers: [ImageRenditionsConsumer, UploadSweep] })
export class MediaWorkerModule {}
