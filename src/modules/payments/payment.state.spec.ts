import { paymentMachine, type PaymentAction, type PaymentState } from './payment.state.js';

const ALLOWED: Readonly<Record<PaymentState, Partial<Record<PaymentAction, PaymentState>>>> = {
  pending: { authorise: 'authorised', decline: 'declined' },
  authorised: { capture: 'captured', void: 'voided' },
  declined: {},
  captured: { refund: 'refunded', refund_partly: 'partially_refunded' },
  partially_refunded: { refund: 'refunded', refund_partly: 'partially_refunded' },
  refunded: {},
  voided: {},
};
const ACTIONS: readonly PaymentAction[] = ['authorise', 'decline', 'capture', 'void', 'refund', 'refund_partly'];

describe('the payment machine', () => {
  const moves = paymentMachine.states.flatMap((state) => ACTIONS.map((action) => [state, action] as const));

  it.each(moves)('from %s by %s goes where the table says, or nowhere', (state, action) => {
    expect(paymentMachine.next(state, action)).toBe(ALLOWED[state][action] ?? null);
  });

  it('reaches every state', () => {
    expect(paymentMachine.unreachable()).toEqual([]);
  });
});
