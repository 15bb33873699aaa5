import { AsyncLocalStorage } from 'node:async_hooks';

/** Who and what a piece of work belongs to; for logs and events, never for decisions. */
export interface RequestContext {
  /** Joins the log lines, events and jobs of one request. */
  readonly requestId: string;
  /** `guest`, `system`, or `user:` and an id. */
  actor: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` with `context`. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the running work, if it has one. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}
