import { StateMachine, type Transitions } from '../../common/state-machine/state-machine.js';

/** Whether a product is on sale. */
export type ProductState = 'active' | 'archived';

/** What can be done to a product's state. */
export type ProductAction = 'archive' | 'restore';

const transitions = {
  active: { archive: 'archived' },
  archived: { restore: 'active' },
} as const satisfies Transitions<ProductState, ProductAction>;

/** A product is on sale until it is archived, and can come back. */
export const productMachine = new StateMachine<ProductState, ProductAction>('active', transitions);
