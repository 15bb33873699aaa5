import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../../config/config.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { AdminImagesController } from './admin-images.controller.js';
import { ImageEntity } from './image.entity.js';
import { ImageProcessor } from './image-processor.js';
import { ImagesRepository } from './images.repository.js';
import { ImagesService } from './images.service.js';
import { ImagesController } from './renditions/images.controller.js';
import { RenditionsService } from './renditions/renditions.service.js';
import { LocalStorage } from './storage/local-storage.js';
import { MediaStorage } from './storage/media-storage.js';
import { S3Storage } from './storage/s3-storage.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { UploadsService } from './uploads/uploads.service.js';

/** Where the files are: a bucket when one is named, else a folder. */
const STORAGE = {
  provide: MediaStorage,
  inject: [Config, Clock],
  useFactory: ({ media: { bucket, folder }, auth }: Config, clock: Clock): MediaStorage =>
    bucket ? new S3Storage(bucket, clock) : new LocalStorage(folder, auth.secret),
};

/** Images: their files and what is known of them. */
@Module({
  imports: [TypeOrmModule.forFeature([ImageEntity])],
  providers: [ImageProcessor, ImagesRepository, ImagesService, RenditionsService, STORAGE, UploadsService],
  exports: [ImagesRepository, ImagesService, RenditionsService, UploadsService],
})
export class MediaModule {}

/** The routes of images. */
@Module({ imports: [MediaModule], controllers: [AdminImagesController, ImagesController, UploadsController] })
export class MediaApiModule {}
