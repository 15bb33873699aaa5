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
import { UploadsController } from './uploads/uploads.controller.js';
import { UploadsService } from './uploads/uploads.service.js';

/** Where the files are: a bucket when one is named, else a folder. */
const STORAGE = {
  provide: MediaStorage,
  inject: [Config, Clock],
  useFactory: async ({ media: { bucket, folder }, auth }: Config, clock: Clock): Promise<MediaStorage> => {
    if (!bucket) return new LocalStorage(folder, auth.secret);
    // A large library, which a shop without a bucket need not load.
    const { S3Storage } = await import('./storage/s3-storage.js');
    return new S3Storage(bucket, clock);
  },
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
