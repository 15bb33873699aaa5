import { orderMachine, type OrderAction, type OrderState } from './order.state.js';

const ALLOWED: Readonly<Record<OrderState, Partial<Record<OrderAction, OrderState>>>> = {
  pending_payment: { place: 'placed', decline: 'cancelled' },
  placed: { fulfil_partly: 'partially_fulfilled', fulfil: 'fulfilled', cancel: 'cancelled' },
  partially_fulfilled: { fulfil_partly: 'partially_fulfilled', fulfil: 'fulfilled' },
  fulfilled: {},
  cancelled: {},
};
const ACTIONS: readonly OrderAction[] = ['place', 'decline', 'fulfil_partly', 'fulfil', 'cancel'];

describe('the order machine', () => {
  const moves = orderMachine.states.flatMap((state) => ACTIONS.map((action) => [state, action] as const));

  it.each(moves)('from %s by %s goes where the table says, or nowhere', (state, action) => {
    expect(orderMachine.next(state, action)).toBe(ALLOWED[state][action] ?? null);
  });

  it('reaches every state', () => {
    expect(orderMachine.unreachable()).toEqual([]);
  });
});
