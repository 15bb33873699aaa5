/** What an operation with `upserts` answers: 201 for a resource that it has made, 200 for one that was there. */
export interface Upserted<T> {
  readonly created: boolean;
  readonly resource: T;
}
