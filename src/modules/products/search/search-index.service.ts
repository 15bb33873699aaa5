import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { Database } from '../../../infrastructure/database/database.js';
import { BestProductsService } from './best-products.service.js';
import { SearchIndexRepository } from './search-index.repository.js';

const STALE_BATCH = 200;
const REBUILD_BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** How far a rebuild has come. */
export interface RebuiltBatch {
  /** The last product that was written. */
  readonly last: string;
  /** Products written since the rebuild began, or went on. */
  readonly products: number;
  /** Products in all, roughly. */
  readonly all: number;
}

/** Brings the search up to date with what products' own changes do not tell. */
@Injectable()
export class SearchIndexService {
  constructor(
    private readonly index: SearchIndexRepository,
    private readonly database: Database,
    private readonly config: Config,
    private readonly best: BestProductsService,
  ) {}

  /** Makes the shop's own language that of its search. */
  async setLanguage(): Promise<void> {
    const [own = 'en'] = this.config.shop.locales;
    await this.database.transaction((tx) => this.index.setLanguage(tx, own));
  }

  /** Writes rows of noted products anew; answers whether there may be more. */
  async indexStale(): Promise<boolean> {
    const done = await this.database.transaction((tx) => this.index.indexStale(tx, STALE_BATCH));
    return done === STALE_BATCH;
  }

  /** Adds new words to the vocabulary, and counts all when much is new. Does nothing while words are counted elsewhere. */
  async countWords(): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.index.mayCount(tx))) return;
      if (await this.index.countChanged(tx)) await this.index.countAll(tx);
    });
  }

  /** Counts all words of the catalogue; waits while words are counted elsewhere. */
  countAllWords(): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.index.waitToCount(tx);
      await this.index.countAll(tx);
    });
  }

  /**
   * Writes the row of every product anew, batch by batch beside the live traffic.
   *
   * @param after the product behind which to begin; `null` for the first
   * @param go told of each batch; ends the work by answering false
   * @returns whether the last product was reached
   */
  async rebuild(after: string | null, go: (batch: RebuiltBatch) => Promise<boolean>): Promise<boolean> {
    if (after === null) await this.best.forget();
    let last = after ?? FIRST_ID;
    for (let products = 0; ; ) {
      const { ids, all } = await this.database.transaction(async (tx) => {
        const batch = await this.index.listIds(tx, last, REBUILD_BATCH);
        await this.index.index(tx, batch);
        return { ids: batch, all: await this.index.countProducts(tx) };
      });
      const reached = ids.at(-1);
      if (reached === undefined) return true;
      [last, products] = [reached, products + ids.length];
      if (!(await go({ last, products, all }))) return false;
    }
  }
}
