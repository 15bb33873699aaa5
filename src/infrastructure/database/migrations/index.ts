import { Accounts1760000001000 } from './1760000001000-accounts.js';
import { Catalogue1760000002000 } from './1760000002000-catalogue.js';
import { Inventory1760000003000 } from './1760000003000-inventory.js';
import { Carts1760000004000 } from './1760000004000-carts.js';
import { Orders1760000005000 } from './1760000005000-orders.js';
import { Payments1760000006000 } from './1760000006000-payments.js';
import { Idempotency1760000007000 } from './1760000007000-idempotency.js';
import { Outbox1760000008000 } from './1760000008000-outbox.js';
import { Imports1760000009000 } from './1760000009000-imports.js';
import { Jobs1760000010000 } from './1760000010000-jobs.js';
import { EventLog1760000011000 } from './1760000011000-event-log.js';
import { UnnumberedEvents1760000012000 } from './1760000012000-unnumbered-events.js';
import { EventTypes1760000013000 } from './1760000013000-event-types.js';
import { Webhooks1760000020000 } from './1760000020000-webhooks.js';
import { ProductLifecycle1760000040000 } from './1760000040000-product-lifecycle.js';
import { ProductsToPublish1760000041000 } from './1760000041000-products-to-publish.js';
import { ProductsToArchive1760000042000 } from './1760000042000-products-to-archive.js';
import { ExternalReferences1760000043000 } from './1760000043000-external-references.js';
import { Categories1760000045000 } from './1760000045000-categories.js';
import { Reviews1760000046000 } from './1760000046000-reviews.js';
import { Collections1760000047000 } from './1760000047000-collections.js';
import { RelatedProducts1760000048000 } from './1760000048000-related-products.js';
import { Images1760000050000 } from './1760000050000-images.js';
import { ProductImages1760000051000 } from './1760000051000-product-images.js';
import { VariantImages1760000052000 } from './1760000052000-variant-images.js';
import { ProductNotices1760000055000 } from './1760000055000-product-notices.js';
import { ImportFormats1760000056000 } from './1760000056000-import-formats.js';
import { ProductTypes1760000060000 } from './1760000060000-product-types.js';
import { ProductsByType1760000060100 } from './1760000060100-products-by-type.js';
import { KnownProductTypes1760000060200 } from './1760000060200-known-product-types.js';
import { Translations1760000062000 } from './1760000062000-translations.js';
import { VariantPrices1760000062100 } from './1760000062100-variant-prices.js';
import { ImportChunks1760000064000 } from './1760000064000-import-chunks.js';
import { ProductSearch1760000070000 } from './1760000070000-product-search.js';
import { FillProductSearch1760000071000 } from './1760000071000-fill-product-search.js';
import { SearchSynonyms1760000072000 } from './1760000072000-search-synonyms.js';
import { SearchLog1760000072100 } from './1760000072100-search-log.js';
import { BareSkus1760000072200 } from './1760000072200-bare-skus.js';
import { CategoryWords1760000072300 } from './1760000072300-category-words.js';
import { OneSearchOfProducts1760000072400 } from './1760000072400-one-search-of-products.js';
import { BestProducts1760000073000 } from './1760000073000-best-products.js';
import { FilterBits1760000074000 } from './1760000074000-filter-bits.js';
import { FillFilterBits1760000074050 } from './1760000074050-fill-filter-bits.js';
import { FilteredOrders1760000074100 } from './1760000074100-filtered-orders.js';
import { VendorLists1760000074200 } from './1760000074200-vendor-lists.js';
import { CategoryLists1760000074300 } from './1760000074300-category-lists.js';
import { SearchNotes1760000072900 } from './1760000072900-search-notes.js';

/** Every migration, in the order in which they run. */
export const MIGRATIONS = [
  Accounts1760000001000,
  Catalogue1760000002000,
  Inventory1760000003000,
  Carts1760000004000,
  Orders1760000005000,
  Payments1760000006000,
  Idempotency1760000007000,
  Outbox1760000008000,
  Imports1760000009000,
  Jobs1760000010000,
  EventLog1760000011000,
  UnnumberedEvents1760000012000,
  EventTypes1760000013000,
  Webhooks1760000020000,
  ProductLifecycle1760000040000,
  ProductsToPublish1760000041000,
  ProductsToArchive1760000042000,
  ExternalReferences1760000043000,
  Categories1760000045000,
  Reviews1760000046000,
  Collections1760000047000,
  RelatedProducts1760000048000,
  Images1760000050000,
  ProductImages1760000051000,
  VariantImages1760000052000,
  ProductNotices1760000055000,
  ImportFormats1760000056000,
  ProductTypes1760000060000,
  ProductsByType1760000060100,
  KnownProductTypes1760000060200,
  Translations1760000062000,
  VariantPrices1760000062100,
  ImportChunks1760000064000,
  ProductSearch1760000070000,
  FillProductSearch1760000071000,
  SearchSynonyms1760000072000,
  SearchLog1760000072100,
  BareSkus1760000072200,
  CategoryWords1760000072300,
  OneSearchOfProducts1760000072400,
  SearchNotes1760000072900,
  BestProducts1760000073000,
  FilterBits1760000074000,
  FillFilterBits1760000074050,
  FilteredOrders1760000074100,
  VendorLists1760000074200,
  CategoryLists1760000074300,
];
