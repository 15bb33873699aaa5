import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerEntryEntity } from './ledger-entry.entity.js';
import { PaymentOperationEntity } from './payment-operation.entity.js';
import { PAYMENT_PROVIDERS } from './payment-provider.js';
import { PaymentEntity } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import { TestProvider } from './providers/test-provider.js';

/** Payments and their providers. */
@Module({
  imports: [TypeOrmModule.forFeature([PaymentEntity, PaymentOperationEntity, LedgerEntryEntity])],
  providers: [
    PaymentsRepository,
    PaymentsService,
    TestProvider,
    { provide: PAYMENT_PROVIDERS, inject: [TestProvider], useFactory: (test: TestProvider) => [test] },
  ],
  exports: [PaymentsService],
})
export class PaymentsModule {}
