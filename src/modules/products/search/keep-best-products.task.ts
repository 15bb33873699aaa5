import { Injectable } from '@nestjs/common';
import { ScheduledTask } from '../../../infrastructure/tasks/scheduled-task.js';
import { BestProductsService } from './best-products.service.js';

/** Sees to it that about as many of the best products are kept by themselves as is configured. */
@Injectable()
export class KeepBestProducts extends ScheduledTask {
  override readonly name = 'keep-best-products';

  constructor(private readonly best: BestProductsService) {
    super();
  }

  override run(): Promise<void> {
    return this.best.keep();
  }
}
