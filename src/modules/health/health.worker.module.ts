import { Module } from '@nestjs/common';
import { CheckInvariants } from './check-invariants.task.js';
import { InvariantsRepository } from './invariants.repository.js';
import { InvariantsService } from './invariants.service.js';

/** The nightly proof of the books. */
@Module({ providers: [CheckInvariants, InvariantsRepository, InvariantsService] })
export class HealthWorkerModule {}
