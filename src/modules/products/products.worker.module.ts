import { Module } from '@nestjs/common';
import { ImportSweep } from './imports/import-sweep.task.js';
import { ImportConsumer } from './imports/import.consumer.js';
import { PublishProducts } from './lifecycle/publish-products.task.js';
import { ProductsModule } from './products.module.js';

/** The jobs of the catalogue. */
@Module({ imports: [ProductsModule], providers: [ImportConsumer, ImportSweep, PublishProducts] })
export class ProductsWorkerModule {}
