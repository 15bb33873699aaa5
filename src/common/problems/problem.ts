import { PROBLEM_CODES, type ProblemCode, type ProblemExtras } from './problem-codes.js';

/** One fault in the input: where (RFC 6901 pointer, or a parameter's name) and what. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

/** An error that the API answers as problem+json (RFC 9457); it is thrown, never returned. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly extras: Readonly<Record<string, unknown>>,
    readonly faults: readonly InputFault[],
    detail?: string,
  ) {
    super(detail ?? PROBLEM_CODES[code].meaning);
    this.status = PROBLEM_CODES[code].status;
  }
}

type ExtrasArgument<C extends ProblemCode> =
  ProblemExtras<C> extends undefined ? [] : [extras: ProblemExtras<C>];

/** Makes the problem of a code with the extra fields that the registry asks for. */
export function problem<C extends ProblemCode>(code: C, ...[extras]: ExtrasArgument<C>): Problem {
  return new Problem(code, extras ?? {}, []);
}

/** Makes an `invalid_request` problem that names each wrong field. */
export function invalidRequest(...faults: InputFault[]): Problem {
  return new Problem('invalid_request', {}, faults);
}

/** Makes the problem of a code that names each place where it was found. */
export function problemAt(code: 'unknown_locale' | 'unknown_currency', ...faults: InputFault[]): Problem {
  return new Problem(code, {}, faults);
}

/** Makes a problem whose detail says more than the code's meaning; never put secrets in it. */
export function problemWithDetail(
  code: 'invalid_file' | 'malformed_body' | 'invalid_cursor',
  detail: string,
): Problem {
  return new Problem(code, {}, [], detail);
}

/** Codes of violated database constraints, by the constraint's name. */
export const CONSTRAINT_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  users_email_key: 'email_taken',
  variants_sku_key: 'sku_taken',
  variants_product_id_options_key: 'duplicate_options',
  products_slug_key: 'slug_taken',
  product_types_code_key: 'product_type_code_taken',
  products_external_reference_key: 'external_reference_taken',
  categories_slug_key: 'slug_taken',
  collections_slug_key: 'slug_taken',
  product_reviews_one_each: 'already_reviewed',
  cart_items_quantity: 'cart_full',
  // The variant was deleted a moment ago: a repeat is told that it is not for sale.
  cart_items_variant_id_fkey: 'busy',
  payment_operations_one_pending: 'payment_in_progress',
};
