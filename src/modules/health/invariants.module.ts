import { Module } from '@nestjs/common';
import { InvariantsController } from './invariants.controller.js';
import { InvariantsRepository } from './invariants.repository.js';
import { InvariantsService } from './invariants.service.js';

/** The proof of the books, for staff to ask for. */
@Module({ controllers: [InvariantsController], providers: [InvariantsRepository, InvariantsService] })
export class InvariantsModule {}
