import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transaction } from './transaction.js';

/** What a transaction starts with when an earlier attempt of the same request already ran it. */
export type Recovered = { readonly done: true; readonly result: unknown } | { readonly done: false };

/**
 * What joins the transactions of one request: the idempotency key is claimed in
 * the first and its answer is kept in the last. It never carries a transaction.
 */
export interface TransactionScope {
  /** Runs first in every transaction of the request; may answer it from an earlier attempt. */
  begin(tx: Transaction): Promise<Recovered>;
  /** Runs last in every transaction of the request, with what it is going to answer. */
  finish(tx: Transaction, outcome: { result: unknown; checkpoint: boolean }): void;
  /** Runs once a transaction of the request has committed. */
  committed(): void;
}

const storage = new AsyncLocalStorage<TransactionScope | undefined>();

/** Runs `work` with the scope that its transactions take part in. */
export function runInScope<T>(scope: TransactionScope, work: () => T): T {
  return storage.run(scope, work);
}

/** Runs `work` whose transactions are not the request's own. */
export function runOutOfScope<T>(work: () => T): T {
  return storage.run(undefined, work);
}

/** The scope of the running request, if it has one. */
export function currentScope(): TransactionScope | undefined {
  return storage.getStore();
}
