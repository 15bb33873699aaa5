import { Global, Module } from '@nestjs/common';
import { OperationsRepository } from './operations.repository.js';

/** Long work that people started, for every role. */
@Global()
@Module({ providers: [OperationsRepository], exports: [OperationsRepository] })
export class OperationsModule {}
