import { Injectable } from '@nestjs/common';
import type { PaymentProvider, ProviderOutcome, ProviderRequest } from '../payment-provider.js';

/** The method token with which the test provider declines an authorisation. */
export const DECLINED_TOKEN = 'tok_declined';

/** A provider without money: it authorises everything but the token `tok_declined`. */
@Injectable()
export class TestProvider implements PaymentProvider {
  readonly name = 'test';

  /** The same key gets the same answer. */
  perform({ idempotencyKey, kind, methodToken }: ProviderRequest): Promise<ProviderOutcome> {
    const declined = kind === 'authorise' && methodToken === DECLINED_TOKEN;
    return Promise.resolve(
      declined
        ? { succeeded: false, failure: 'card_declined' }
        : { succeeded: true, reference: `test_${idempotencyKey}` },
    );
  }
}
