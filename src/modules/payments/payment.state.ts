import { StateMachine, type Transitions } from '../../common/state-machine/state-machine.js';

/** Where the money of an order is. */
export type PaymentState =
  | 'pending'
  | 'authorised'
  | 'declined'
  | 'captured'
  | 'partially_refunded'
  | 'refunded'
  | 'voided';

/** What happens to a payment. */
export type PaymentAction = 'authorise' | 'decline' | 'capture' | 'void' | 'refund' | 'refund_partly';

const transitions = {
  pending: { authorise: 'authorised', decline: 'declined' },
  authorised: { capture: 'captured', void: 'voided' },
  declined: {},
  captured: { refund: 'refunded', refund_partly: 'partially_refunded' },
  partially_refunded: { refund: 'refunded', refund_partly: 'partially_refunded' },
  refunded: {},
  voided: {},
} as const satisfies Transitions<PaymentState, PaymentAction>;

/** A payment is authorised, then captured or voided; what was captured can be refunded. */
export const paymentMachine = new StateMachine<PaymentState, PaymentAction>('pending', transitions);
