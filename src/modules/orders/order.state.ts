import { StateMachine, type Transitions } from '../../common/state-machine/state-machine.js';

/** Where an order is. */
export type OrderState = 'pending_payment' | 'placed' | 'partially_fulfilled' | 'fulfilled' | 'cancelled';

/** What happens to an order; `place` and `decline` are answers of the payment provider. */
export type OrderAction = 'place' | 'decline' | 'fulfil_partly' | 'fulfil' | 'cancel';

const transitions = {
  pending_payment: { place: 'placed', decline: 'cancelled' },
  placed: { fulfil_partly: 'partially_fulfilled', fulfil: 'fulfilled', cancel: 'cancelled' },
  partially_fulfilled: { fulfil_partly: 'partially_fulfilled', fulfil: 'fulfilled' },
  fulfilled: {},
  cancelled: {},
} as const satisfies Transitions<OrderState, OrderAction>;

/** An order is placed once its payment is authorised; nothing that was shipped can be cancelled. */
export const orderMachine = new StateMachine<OrderState, OrderAction>('pending_payment', transitions);
