/** A state machine as one table: state → action → next state. */
export type Transitions<S extends string, A extends string> = Readonly<
  Record<S, Readonly<Partial<Record<A, S>>>>
>;

/** Answers what a table allows; holds no state of its own. */
export class StateMachine<S extends string, A extends string> {
  constructor(
    readonly initial: S,
    readonly transitions: Transitions<S, A>,
  ) {}

  /** Every state of the table. */
  get states(): S[] {
    return Object.keys(this.transitions) as S[];
  }

  /** The state after `action`, or `null` when the table has no such move. */
  next(state: S, action: A): S | null {
    return this.transitions[state][action] ?? null;
  }

  /** The actions that the table allows from `state`. */
  allowedActions(state: S): A[] {
    return Object.keys(this.transitions[state]) as A[];
  }

  /** The states from which `action` is allowed. */
  from(action: A): S[] {
    return this.states.filter((state) => this.next(state, action) !== null);
  }

  /** The states that no sequence of actions reaches from the initial one; a sound table has none. */
  unreachable(): S[] {
    const reached = new Set<S>([this.initial]);
    for (const state of reached) {
      for (const next of Object.values<S | undefined>(this.transitions[state])) {
        if (next !== undefined) reached.add(next);
      }
    }
    return this.states.filter((state) => !reached.has(state));
  }
}
