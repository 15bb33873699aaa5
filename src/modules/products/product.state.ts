import { StateMachine, type Transitions } from '../../common/state-machine/state-machine.js';

/** Whether a product is not yet, now or no longer on sale. */
export type ProductState = 'draft' | 'active' | 'archived';

/** What can be done to a product's state. */
export type ProductAction = 'publish' | 'archive' | 'restore';

const transitions = {
  draft: { publish: 'active', archive: 'archived' },
  active: { archive: 'archived' },
  archived: { restore: 'active' },
} as const satisfies Transitions<ProductState, ProductAction>;

/** A product is on sale from when it is published until it is archived, and can come back. */
export const productMachine = new StateMachine<ProductState, ProductAction>('draft', transitions);
