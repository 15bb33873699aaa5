import { z } from 'zod';
import { IdSchema, TimestampSchema } from '../../common/text/text.schema.js';

/** Most units that a stock level can hold. */
export const MAX_STOCK = 1_000_000_000;

/** The stock of a variant. */
export const StockLevelSchema = z
  .strictObject({
    variantId: IdSchema,
    onHand: z.int().meta({ description: 'Units in the house.' }),
    reserved: z.int().meta({ description: 'Units on hand that orders wait for.' }),
    available: z.int().meta({ description: 'Units that can be sold: onHand − reserved.' }),
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'StockLevel' });

/** The stock of a variant. */
export type StockLevel = z.infer<typeof StockLevelSchema>;

/** A change of the units on hand. */
export const StockAdjustmentSchema = z
  .strictObject({
    delta: z
      .int()
      .min(-MAX_STOCK)
      .max(MAX_STOCK)
      .refine((delta) => delta !== 0, 'must not be 0')
      .meta({ description: 'Units added, or taken away when negative.' }),
    reason: z.enum(['received', 'adjusted']).default('adjusted'),
  })
  .meta({ id: 'StockAdjustment', examples: [{ delta: 25, reason: 'received' }] });

/** A change of the units on hand. */
export type StockAdjustment = z.output<typeof StockAdjustmentSchema>;

/** Units of one variant. */
export interface StockDemand {
  readonly variantId: string;
  /** Whole units, at least 1. */
  readonly quantity: number;
}
