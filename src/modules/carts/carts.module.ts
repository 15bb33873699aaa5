import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProductsModule } from '../products/index.js';
import { CartEntity } from './cart.entity.js';
import { CartsController } from './carts.controller.js';
import { CartsRepository } from './carts.repository.js';
import { CartsService } from './carts.service.js';
import { LineItemEntity } from './line-item.entity.js';

/** Carts. */
@Module({
  imports: [ProductsModule, TypeOrmModule.forFeature([CartEntity, LineItemEntity])],
  providers: [CartsRepository, CartsService],
  exports: [CartsService],
})
export class CartsModule {}

/** The routes of carts. */
@Module({ imports: [CartsModule], controllers: [CartsController] })
export class CartsApiModule {}
