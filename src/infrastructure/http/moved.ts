/** Thrown by an operation with `moves` whose resource has another address now; it is answered with 301. */
export class Moved extends Error {
  override readonly name = 'Moved';

  /** @param location the path of the new address */
  constructor(readonly location: string) {
    super('The resource has moved.');
  }
}
