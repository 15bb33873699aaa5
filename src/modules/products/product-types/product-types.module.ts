import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProductTypeEntity } from './product-type.entity.js';
import { ProductTypesController } from './product-types.controller.js';
import { ProductTypesRepository } from './product-types.repository.js';
import { ProductTypesService } from './product-types.service.js';

/** Product types; every process that writes products knows them. */
@Module({
  imports: [TypeOrmModule.forFeature([ProductTypeEntity])],
  providers: [ProductTypesRepository, ProductTypesService],
  exports: [ProductTypesService],
})
export class ProductTypesModule {}

/** The routes of product types. */
@Module({ imports: [ProductTypesModule], controllers: [ProductTypesController] })
export class ProductTypesApiModule {}
