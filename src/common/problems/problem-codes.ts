import { z } from 'zod';

/** What the registry says of a code: its HTTP status, its title, when it is answered, its own fields. */
export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly extras?: z.ZodObject;
}

const define = <T extends Record<string, ProblemDefinition>>(codes: T): T => codes;

/**
 * Every error code of the API. The page `docs/errors.md` and the answers in the
 * OpenAPI document are made from this table.
 */
export const PROBLEM_CODES = define({
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    meaning: 'A field, parameter or header is missing, wrong or unknown. `errors` names each one.',
  },
  malformed_body: {
    status: 400,
    title: 'The body cannot be read',
    meaning: 'The body is not well-formed in the media type that the request names.',
  },
  invalid_cursor: {
    status: 400,
    title: 'The cursor does not fit',
    meaning: 'The cursor was changed, or belongs to a list with other filters or another sort.',
  },
  idempotency_key_required: {
    status: 400,
    title: 'An Idempotency-Key is required',
    meaning: 'The call charges or creates something for good and must carry an Idempotency-Key header.',
  },
  invalid_grant: {
    status: 400,
    title: 'The grant is not valid',
    meaning:
      'The e-mail and password, or the refresh token, are wrong, expired, used before or revoked (RFC 6749, section 5.2).',
    extras: z.object({ error: z.literal('invalid_grant'), error_description: z.string() }),
  },
  invalid_file: {
    status: 400,
    title: 'The file cannot be used',
    meaning: 'The uploaded file is missing, empty or not in the format that the request names.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign-in is required',
    meaning: 'There is no access token, or it is forged, expired, or its session has ended.',
  },
  payment_provider_unavailable: {
    status: 503,
    title: 'The payment provider does not answer',
    meaning: 'What the provider did is not known yet. Repeat the call with its Idempotency-Key; it is also finished by itself.',
  },
  payment_declined: {
    status: 402,
    title: 'The payment was declined',
    meaning:
      'The payment provider refused. An order that was being placed is cancelled, its stock is free and its cart is open again.',
    extras: z.object({ orderId: z.uuid(), reason: z.string() }),
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning: 'The signed-in person lacks the permission that the operation names.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'There is no such resource, or the caller may not know of it.',
  },
  unknown_locale: {
    status: 404,
    title: 'The shop does not speak this language',
    meaning: "The language is not among the shop's further ones. The texts in its own language are those of the resource itself.",
  },
  unknown_currency: {
    status: 404,
    title: 'The shop does not sell in this currency',
    meaning: "The currency is not among the shop's.",
  },
  email_taken: {
    status: 409,
    title: 'The e-mail is in use',
    meaning: 'An account with this e-mail exists.',
  },
  bulk_refused: {
    status: 409,
    title: 'Not every item can be done',
    meaning: 'At least one item of an atomic bulk call failed, so none was done. `results` says what came of each.',
    extras: z.object({
      results: z.array(
        z.object({
          index: z.int(),
          status: z.int(),
          code: z.string().optional(),
          productId: z.uuid().optional(),
          errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
        }),
      ),
    }),
  },
  sku_taken: {
    status: 409,
    title: 'The SKU is in use',
    meaning: 'Another variant has this SKU.',
  },
  slug_taken: {
    status: 409,
    title: 'The slug is in use',
    meaning: 'Another product, category or collection has this slug.',
  },
  category_not_empty: {
    status: 409,
    title: 'The category is not empty',
    meaning: 'A category with sub-categories or products cannot be deleted; move or delete them before.',
  },
  category_cycle: {
    status: 409,
    title: 'The category would be its own ancestor',
    meaning: 'A category cannot be moved into itself or into a category below it.',
  },
  collection_has_rules: {
    status: 409,
    title: 'The collection is made by rules',
    meaning: 'The products of a collection with rules cannot be listed by hand.',
  },
  too_many_synonyms: {
    status: 409,
    title: 'There are too many synonym sets',
    meaning: 'A shop has 5,000 sets of synonyms at most. Delete one, or add the terms to a set that there is.',
  },
  product_type_code_taken: {
    status: 409,
    title: 'The code is in use',
    meaning: 'Another product type has this code.',
  },
  product_type_in_use: {
    status: 409,
    title: 'The product type is in use',
    meaning: 'A product type cannot be deleted while products have it.',
  },
  attribute_in_use: {
    status: 409,
    title: 'The attribute is in use',
    meaning: 'An attribute cannot be taken away, change its type or lose a value while a product has it.',
    extras: z.object({ attribute: z.string(), value: z.string() }),
  },
  already_reviewed: {
    status: 409,
    title: 'The product is reviewed already',
    meaning: 'A customer writes one review of a product.',
  },
  duplicate_options: {
    status: 409,
    title: 'The option values are in use',
    meaning: 'Another variant of the product has the same option values.',
  },
  external_reference_taken: {
    status: 409,
    title: 'The external reference is in use',
    meaning: 'Another product has this external reference.',
  },
  option_in_use: {
    status: 409,
    title: 'The option value is in use',
    meaning: 'An option or a value of it cannot be taken away while a variant of the product has it.',
    extras: z.object({ option: z.string(), value: z.string() }),
  },
  currency_mismatch: {
    status: 409,
    title: 'The currency does not match',
    meaning: 'The variant has no price in the currency of the cart or order.',
    extras: z.object({ variantId: z.uuid(), expected: z.string(), actual: z.string() }),
  },
  variant_unavailable: {
    status: 409,
    title: 'The variant is not for sale',
    meaning: 'A variant does not exist or its product is not on sale.',
    extras: z.object({ variantIds: z.array(z.uuid()) }),
  },
  insufficient_stock: {
    status: 409,
    title: 'There is too little stock',
    meaning: 'Fewer units are available than were asked for. Nothing was reserved.',
    extras: z.object({
      lines: z.array(z.object({ variantId: z.uuid(), requested: z.int(), available: z.int() })),
    }),
  },
  stock_reserved: {
    status: 409,
    title: 'The stock is reserved',
    meaning: 'The stock on hand cannot fall below what orders have reserved.',
    extras: z.object({ onHand: z.int(), reserved: z.int() }),
  },
  price_changed: {
    status: 409,
    title: 'A price has risen',
    meaning:
      'The order would cost more than was shown. Repeat it with `expectedTotal` set to the new total to accept.',
    extras: z.object({
      total: z.object({ amount: z.int(), currency: z.string() }),
      shownTotal: z.object({ amount: z.int(), currency: z.string() }),
    }),
  },
  cart_empty: {
    status: 409,
    title: 'The cart is empty',
    meaning: 'An order needs at least one line item.',
  },
  cart_not_open: {
    status: 409,
    title: 'The cart is closed',
    meaning: 'The cart was ordered already and cannot be changed.',
  },
  cart_full: {
    status: 409,
    title: 'The cart is full',
    meaning: 'A cart holds at most 100 line items, and a line item at most 10,000 units.',
  },
  invalid_state_transition: {
    status: 409,
    title: 'The state does not allow it',
    meaning: 'The resource is in a state from which there is no such move.',
    extras: z.object({ state: z.string(), action: z.string() }),
  },
  image_in_use: {
    status: 409,
    title: 'The image is in use',
    meaning: 'A product or one of its variants shows the image. Take it away there first.',
  },
  upload_missing: {
    status: 409,
    title: 'Nothing was uploaded',
    meaning: 'The file of the image has not arrived at the address that was given for it.',
  },
  upload_expired: {
    status: 410,
    title: 'The upload has expired',
    meaning: 'The address of the upload is no longer valid. Begin another upload.',
  },
  image_too_large: {
    status: 413,
    title: 'The image is too large',
    meaning: 'The image has more than 20 MiB or more than 50 megapixels.',
  },
  image_unsupported: {
    status: 415,
    title: 'The file is no such image',
    meaning: 'The bytes of the file are not those of a JPEG, PNG, WebP, AVIF or GIF, whatever its name says.',
  },
  image_broken: {
    status: 422,
    title: 'The image is broken',
    meaning: 'The file begins as an image and cannot be read to its end.',
  },
  invalid_quantity: {
    status: 409,
    title: 'The quantity does not fit',
    meaning: 'More units were named than are left on the order line.',
    extras: z.object({ lineId: z.uuid(), remaining: z.int() }),
  },
  payment_in_progress: {
    status: 409,
    title: 'A payment call is running',
    meaning: 'Another capture, refund or void of this payment has not ended yet. Retry in a moment.',
  },
  refund_exceeds_capture: {
    status: 409,
    title: 'The refund is too large',
    meaning: 'The refund is more than was captured and not yet refunded.',
    extras: z.object({ refundable: z.object({ amount: z.int(), currency: z.string() }) }),
  },
  idempotency_in_flight: {
    status: 409,
    title: 'The first call is still running',
    meaning: 'A call with the same Idempotency-Key has not been answered yet. Retry after `Retry-After` seconds.',
  },
  precondition_failed: {
    status: 412,
    title: 'The resource has changed',
    meaning: 'The ETag in If-Match is not that of the current version. Read the resource again.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body or file is over the limit of the operation.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The media type is not supported',
    meaning: 'The operation does not read the media type in Content-Type.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used before',
    meaning: 'The same key came with another request.',
  },
  precondition_required: {
    status: 428,
    title: 'If-Match is required',
    meaning: 'Send the ETag of the version that was read in If-Match, so that no change of others is lost.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'The limit of this kind of call is used up. Call again after `Retry-After` seconds.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong',
    meaning: 'A fault on our side. The request id in `X-Request-Id` finds it in the logs.',
  },
  not_ready: {
    status: 503,
    title: 'Not ready',
    meaning: 'The process cannot do its work: `checks` says what is away.',
    extras: z.object({ checks: z.record(z.string(), z.enum(['up', 'down'])) }),
  },
  busy: {
    status: 503,
    title: 'Try again',
    meaning: 'The database is overloaded or away for a moment. Repeat the call, with its Idempotency-Key if it has one.',
  },
});

/** A stable error code. */
export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The extra fields that a code carries in its answer, or nothing. */
export type ProblemExtras<C extends ProblemCode> = (typeof PROBLEM_CODES)[C] extends {
  extras: infer S extends z.ZodObject;
}
  ? z.infer<S>
  : undefined;
