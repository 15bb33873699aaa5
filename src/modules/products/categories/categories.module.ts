import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProductsModule } from '../products.module.js';
import { AdminCategoriesController } from './admin-categories.controller.js';
import { CategoriesController } from './categories.controller.js';
import { CategoriesRepository } from './categories.repository.js';
import { CategoriesService } from './categories.service.js';
import { CategoryEditingService } from './category-editing.service.js';
import { CategoryEntity } from './category.entity.js';
import { ProductCategoriesController } from './product-categories.controller.js';
import { ProductCategoriesService } from './product-categories.service.js';
import { ProductCategoryEntity } from './product-category.entity.js';

/** The category tree. */
@Module({
  imports: [ProductsModule, TypeOrmModule.forFeature([CategoryEntity, ProductCategoryEntity])],
  providers: [CategoriesRepository, CategoriesService, CategoryEditingService, ProductCategoriesService],
  exports: [CategoriesRepository, CategoriesService, CategoryEditingService, ProductCategoriesService],
})
export class CategoriesModule {}

/** The routes of the category tree. */
@Module({
  imports: [CategoriesModule],
  controllers: [CategoriesController, AdminCategoriesController, ProductCategoriesController],
})
export class CategoriesApiModule {}
