import { Module } from '@nestjs/common';
import { CategoriesApiModule } from './categories/categories.module.js';

/** The routes of what leads buyers to products. */
@Module({ imports: [CategoriesApiModule] })
export class ShelvesApiModule {}
