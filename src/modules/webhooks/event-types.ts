import type { InputFault } from '../../common/problems/problem.js';
import { eventDefinitions } from '../../infrastructure/outbox/event-registry.js';

/** The types in a list of `eventTypes` that no event has, each named by its index. */
export function eventTypeFaults(types: readonly string[]): InputFault[] {
  const known = new Set(eventDefinitions().map(({ type }) => type));
  return types.flatMap((type, index) =>
    known.has(type) ? [] : [{ pointer: `/eventTypes/${String(index)}`, detail: 'is no type of event' }],
  );
}
