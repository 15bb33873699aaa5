import type { z } from 'zod';

/** A kind of domain event: its name, its version and what it says (ids only, no personal data). */
export interface EventDefinition<T extends z.ZodType = z.ZodType> {
  /** Past tense, such as `order.placed`. */
  readonly type: string;
  readonly version: number;
  readonly aggregate: string;
  readonly meaning: string;
  readonly payload: T;
}

const definitions = new Map<string, EventDefinition>();

/**
 * Registers a kind of event; each module does so in its `*.events.ts`.
 *
 * @throws Error when the type is registered already
 */
export function defineEvent<T extends z.ZodType>(definition: EventDefinition<T>): EventDefinition<T> {
  if (definitions.has(definition.type)) throw new Error(`The event ${definition.type} is defined twice.`);
  definitions.set(definition.type, definition);
  return definition;
}

/** Every registered kind of event, by type. */
export function eventDefinitions(): EventDefinition[] {
  return [...definitions.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
}

/** A domain event that is about to be written. */
export interface DomainEvent<T = unknown> {
  readonly definition: EventDefinition;
  readonly aggregateId: string;
  readonly payload: T;
}

/** Makes an event of a registered kind. */
export function domainEvent<T extends z.ZodType>(
  definition: EventDefinition<T>,
  aggregateId: string,
  payload: z.infer<T>,
): DomainEvent<z.infer<T>> {
  return { definition, aggregateId, payload: definition.payload.parse(payload) };
}
