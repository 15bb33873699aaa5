import { isDeepStrictEqual } from 'node:util';
import { invalidRequest, type InputFault } from '../../../common/problems/problem.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import type { AttributeChanges, AttributeValues } from './attribute.schema.js';
import { attributeFaults, withChanges } from './attribute-values.js';
import type { ProductTypeEntity } from './product-type.entity.js';

/** Holds a product type until the transaction ends. */
export interface TypeHolder {
  holdType(tx: Transaction, id: string): Promise<ProductTypeEntity | null>;
}

/** The columns of a product that its type has a say in. */
export interface TypedColumns {
  readonly productTypeId: string | null;
  readonly attributes: AttributeValues;
}

type Given<T> = { readonly [K in keyof TypedColumns]?: (K extends 'attributes' ? T : TypedColumns[K]) | undefined };

/**
 * The columns that are written of a new product, checked against its type, which stays
 * as it is until the transaction ends.
 *
 * @throws Problem `invalid_request` (400) naming an unknown type, or the attributes that do not fit it
 */
export async function columnsOfNew(
  tx: Transaction,
  types: TypeHolder,
  { productTypeId = null, attributes = {} }: Given<AttributeValues>,
): Promise<TypedColumns> {
  return fitting(tx, types, { productTypeId, attributes });
}

/**
 * The same of a product that staff change; what is left out stays, and must still fit:
 * what was made required since is asked for now.
 *
 * @throws Problem `invalid_request` (400), as for a new one
 */
export async function columnsOfChanged(
  tx: Transaction,
  types: TypeHolder,
  product: TypedColumns,
  { productTypeId = product.productTypeId, attributes }: Given<AttributeChanges>,
): Promise<Partial<TypedColumns>> {
  if (attributes === undefined && productTypeId === null && product.productTypeId === null) return {};
  return fitting(tx, types, { productTypeId, attributes: withChanges(product.attributes, attributes ?? {}) });
}

/**
 * The same of many that a file names, with what is wrong with each instead of a problem.
 *
 * @param product the product as it is; `null` for a new one
 * @param given what the file names of it
 * @param types the types that are held, by id
 */
export function columnsOfFile(
  product: TypedColumns | null,
  given: Given<AttributeValues>,
  types: ReadonlyMap<string, ProductTypeEntity>,
): { columns: Partial<TypedColumns>; faults: readonly InputFault[] } {
  const { productTypeId, attributes } = given;
  const present = product ?? { productTypeId: null, attributes: {} };
  const columns = {
    productTypeId: productTypeId === undefined ? present.productTypeId : productTypeId,
    attributes: attributes ?? present.attributes,
  };
  // What it has already stays, also where its type has become stricter since.
  if (product && isSame(columns, product)) return { columns: {}, faults: [] };
  return { columns, faults: faultsOf(columns, columns.productTypeId === null ? null : (types.get(columns.productTypeId) ?? null)) };
}

function isSame(columns: TypedColumns, present: TypedColumns): boolean {
  return columns.productTypeId === present.productTypeId && isDeepStrictEqual(columns.attributes, present.attributes);
}

/**
 * The same of a product that a file or another system brings up to date: the attributes
 * that it names are all that there are; of what it does not name it says nothing.
 *
 * @throws Problem `invalid_request` (400), as for a new one
 */
export async function columnsOfUpserted(
  tx: Transaction,
  types: TypeHolder,
  product: TypedColumns,
  { productTypeId, attributes }: Given<AttributeValues>,
): Promise<Partial<TypedColumns>> {
  if (productTypeId === undefined && attributes === undefined) return {};
  const type = productTypeId === undefined ? product.productTypeId : productTypeId;
  return fitting(tx, types, { productTypeId: type, attributes: attributes ?? product.attributes });
}

async function fitting(tx: Transaction, types: TypeHolder, columns: TypedColumns): Promise<TypedColumns> {
  const { productTypeId } = columns;
  const faults = faultsOf(columns, productTypeId === null ? null : await types.holdType(tx, productTypeId));
  if (faults.length > 0) throw invalidRequest(...faults);
  return columns;
}

function faultsOf({ productTypeId, attributes }: TypedColumns, type: ProductTypeEntity | null): readonly InputFault[] {
  if (productTypeId !== null && !type) return [{ pointer: '/productTypeId', detail: 'is no product type' }];
  return attributeFaults(type?.attributes ?? [], attributes);
}
