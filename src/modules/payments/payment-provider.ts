import type { PaymentOperationKind } from './payment-operation.entity.js';

/** A call to a provider, with what the provider needs to know. */
export interface PaymentOperation {
  readonly id: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly kind: PaymentOperationKind;
  readonly amount: number;
  readonly currency: string;
  readonly provider: string;
  readonly methodToken: string | null;
}

/** One thing that a provider is asked to do. */
export interface ProviderRequest {
  /** The operation's id: the provider must do a key once, however often it is asked. */
  readonly idempotencyKey: string;
  readonly kind: PaymentOperationKind;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** What the buyer's browser got from the provider, never card data; `null` where none is needed. */
  readonly methodToken: string | null;
}

/** What a provider answered. */
export type ProviderOutcome =
  | { readonly succeeded: true; readonly reference: string }
  | { readonly succeeded: false; readonly failure: string };

/** A payment provider. It throws when it cannot say what happened; the call is repeated later. */
export interface PaymentProvider {
  readonly name: string;
  perform(request: ProviderRequest): Promise<ProviderOutcome>;
}

/** Token of the list of providers in dependency injection. */
export const PAYMENT_PROVIDERS = Symbol('payment providers');
