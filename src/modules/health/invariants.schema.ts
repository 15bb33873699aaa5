import { z } from 'zod';

/** A row that is wrong. */
const ViolationSchema = z
  .strictObject({ subject: z.string(), id: z.uuid(), detail: z.string() })
  .meta({ id: 'InvariantViolation' });

const CheckedInvariantSchema = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    holds: z.boolean(),
    violations: z.array(ViolationSchema).describe('The first 100 rows that are wrong.'),
    more: z.boolean().describe('Whether more rows are wrong.'),
  })
  .meta({ id: 'CheckedInvariant' });

/** Whether the books of the shop add up. */
export const InvariantReportSchema = z
  .strictObject({
    status: z.enum(['holds', 'broken']),
    checkedAt: z.iso.datetime(),
    invariants: z.array(CheckedInvariantSchema),
  })
  .meta({ id: 'InvariantReport' });

export type CheckedInvariant = z.infer<typeof CheckedInvariantSchema>;
export type InvariantReport = z.infer<typeof InvariantReportSchema>;
