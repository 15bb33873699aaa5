import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { BestProductsRepository, type RankPosition } from './best-products.repository.js';

const BATCH = 500;
/** How many times as many products as are kept a catalogue must have for it to be worth while; and to go on. */
const BEGIN_AT = 2;
const END_AT = 1.5;
/** How many times more or fewer than wanted may be kept, before the number is mended. */
const TOLERANCE = 2;

/**
 * Keeps as many of the best products in a table of their own as is configured. What is kept moves in steps, so
 * that no search ever relies on what a writer has not known of.
 */
@Injectable()
export class BestProductsService {
  constructor(
    private readonly best: BestProductsRepository,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** One step on the way to as many products as are wanted; called again and again. */
  async keep(): Promise<void> {
    await this.database.transaction((tx) => this.aim(tx));
    await this.database.transaction((tx) => this.note(tx));
    await this.takeIn();
    await this.letGo();
  }

  /** Forgets what is kept, so that all of it is taken in anew. */
  async forget(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.best.lock(tx);
      await this.stop(tx);
    });
    await this.letGo();
  }

  private async aim(tx: Transaction): Promise<void> {
    const { kept, best } = await this.best.lock(tx);
    const wanted = this.config.search.bestProducts;
    const products = await this.best.countProducts(tx);
    if (wanted === 0 || products < wanted * (kept ? END_AT : BEGIN_AT)) return kept ? this.stop(tx) : undefined;
    if (kept && (!isSame(kept, best) || isAbout(wanted, await this.best.count(tx, kept)))) return;
    const next = await this.best.positionOf(tx, wanted);
    if (!next || isSame(next, kept)) return;
    await this.best.keep(tx, next);
    // Fewer than before: all of them are there already.
    if (best && isAbove(next, best)) await this.best.rely(tx, next);
  }

  private async stop(tx: Transaction): Promise<void> {
    await this.best.rely(tx, null);
    await this.best.keep(tx, null);
  }

  private async note(tx: Transaction): Promise<void> {
    const { isNoted } = await this.best.lock(tx);
    if (!isNoted) await this.best.note(tx);
  }

  /** Takes in what is to be kept, from the best on, once each writer knows of it; then searches may rely on it. */
  private async takeIn(): Promise<void> {
    let begun: RankPosition | null = null;
    const next = (after: RankPosition | null): Promise<RankPosition | null> => this.database.transaction(async (tx) => {
      const { kept, best, isKnown } = await this.best.lock(tx);
      begun ??= kept;
      if (!kept || !isKnown || isSame(kept, best) || !isSame(kept, begun)) return null;
      const last = await this.best.takeIn(tx, { after: after ?? best, last: kept, limit: BATCH });
      if (!last) await this.best.rely(tx, kept);
      return last;
    });
    for (let after = await next(null); after !== null; ) after = await next(after);
  }

  private async letGo(): Promise<void> {
    for (let gone = BATCH; gone === BATCH; ) {
      gone = await this.database.transaction(async (tx) => this.best.letGo(tx, (await this.best.lock(tx)).kept, BATCH));
    }
  }
}

function isSame(a: RankPosition | null, b: RankPosition | null): boolean {
  return a?.rank === b?.rank && a?.id === b?.id;
}

function isAbout(wanted: number, count: number): boolean {
  return count <= wanted * TOLERANCE && count * TOLERANCE >= wanted;
}

function isAbove(a: RankPosition, b: RankPosition): boolean {
  const [first, second] = [BigInt(a.rank), BigInt(b.rank)];
  return first > second || (first === second && a.id > b.id);
}
