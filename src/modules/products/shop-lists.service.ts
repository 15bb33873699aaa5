import { Injectable } from '@nestjs/common';
import { listFingerprint } from '../../common/pagination/cursor.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import { JsonPage } from '../../infrastructure/http/json-text.js';
import { ListedProducts } from './cache/listed-products.js';
import { ProductReadsRepository, type ProductFilter, type ShopChoice } from './product-reads.repository.js';

/** The lists of the shop that are not searched: of the products on sale, what is kept is not read. */
@Injectable()
export class ShopListsService {
  constructor(
    private readonly reads: ProductReadsRepository,
    private readonly listed: ListedProducts,
  ) {}

  /**
   * A page of the products on sale that are selected.
   *
   * @throws Problem `invalid_cursor` (400)
   */
  async selected(filter: ProductFilter, choice: ShopChoice): Promise<JsonPage> {
    const name = listFingerprint({ ...filter, selection: choice.selection.name });
    const { hits } = await this.listed.read(name, choice.view, async (known) => ({ hits: await this.reads.listSelected(filter, choice, known) }));
    return new JsonPage(this.reads.pageOfSelected(filter, choice, hits));
  }

  /**
   * The given products that are on sale, in the order of their ids, each the JSON of a `ProductSummary`.
   *
   * @param name names the list and its page
   */
  async chosen(name: string, ids: readonly string[], now: Date, view: AnswerView): Promise<string[]> {
    const { hits } = await this.listed.read(name, view, async (known) => ({ hits: await this.reads.listOnSale(ids, now, view, known) }));
    return hits.map(({ json }) => json);
  }
}
