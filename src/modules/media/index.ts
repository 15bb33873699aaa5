export { MediaApiModule, MediaModule } from './media.module.js';
export { ImagesService } from './images.service.js';
export { IMAGE_CREATED, IMAGE_DELETED } from './image.events.js';
export { productImageUrl } from './image-presets.js';
export { IMAGE_RENDITIONS } from './renditions/image-renditions.queue.js';
