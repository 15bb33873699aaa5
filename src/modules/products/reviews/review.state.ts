import { StateMachine, type Transitions } from '../../../common/state-machine/state-machine.js';

/** Whether a review is shown. */
export type ReviewState = 'pending' | 'approved' | 'rejected';

/** What staff do with a review. */
export type ReviewAction = 'approve' | 'reject';

const transitions = {
  pending: { approve: 'approved', reject: 'rejected' },
  approved: { reject: 'rejected' },
  rejected: { approve: 'approved' },
} as const satisfies Transitions<ReviewState, ReviewAction>;

/** A review is shown once staff approve it, and staff may think again. */
export const reviewMachine = new StateMachine<ReviewState, ReviewAction>('pending', transitions);
