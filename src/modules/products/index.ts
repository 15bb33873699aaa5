export { ProductsApiModule, ProductsModule } from './products.module.js';
export { ProductsService } from './products.service.js';
export { ShelvesApiModule } from './shelves.module.js';
export { ReviewsModule } from './reviews/reviews.module.js';
export { PurchasesService } from './reviews/purchases.service.js';
export { DemoShop } from './demo/demo-shop.service.js';
export type { Product } from './product.schema.js';
export {
  PRODUCT_ARCHIVED,
  PRODUCT_CREATED,
  PRODUCT_DELETED,
  PRODUCT_PUBLISHED,
  PRODUCT_RESTORED,
  PRODUCT_UPDATED,
} from './product.events.js';
export { joinPriceIn, priceIn } from './prices/price-columns.js';
export { onSaleCondition } from './lifecycle/on-sale.js';
export { lineTextColumns, lineTitles, type LineTexts } from './translations/translated-product.js';
export { ProductReferenceSchema, type ProductReference } from './product.schema.js';
export { PRODUCT_IMPORTS } from './imports/import.queue.js';
export { SEARCH_REBUILDS } from './search/rebuild/rebuild.queue.js';
export { ProductSalesService } from './search/product-sales.service.js';
