export { PaymentsModule } from './payments.module.js';
export { PaymentsService, type PaymentRequest } from './payments.service.js';
export {
  PAYMENT_PROVIDERS,
  type PaymentOperation,
  type PaymentProvider,
  type ProviderOutcome,
  type ProviderRequest,
} from './payment-provider.js';
export { paymentMachine, type PaymentState } from './payment.state.js';
export { PAYMENT_EVENTS, PAYMENT_FAILED } from './payment.events.js';
