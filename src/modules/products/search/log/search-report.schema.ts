import { z } from 'zod';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
/** Days of a report at most. */
export const MAX_DAYS = 366;
/** Days of a report whose start is not named. */
export const DEFAULT_DAYS = 30;

const ReportKindSchema = z.enum(['top', 'without-hits']).meta({
  description: '`top`: what was searched for most often. `without-hits`: what was searched for most often in vain.',
});

const DaySchema = z.iso
  .date()
  .refine((day) => day >= '2000-01-01', 'must be 2000-01-01 or later')
  .meta({ examples: ['2026-01-31'] });

/** Query of the report on searches. */
export const GetSearchReportSchema = z.strictObject({
  from: DaySchema.optional().meta({
    description: `First day, in UTC; without it, the report is of ${String(DEFAULT_DAYS)} days. It has ${String(MAX_DAYS)} days at most.`,
  }),
  to: DaySchema.optional().meta({ description: 'Last day, in UTC, itself included; today unless named.' }),
  kind: ReportKindSchema.default('top'),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).meta({ description: 'Rows of the report.' }),
});

/** What buyers searched for. */
export const SearchReportSchema = z
  .strictObject({
    kind: ReportKindSchema,
    from: DaySchema,
    to: DaySchema,
    data: z.array(
      z.strictObject({
        query: z.string().meta({ description: 'Words in lower case, without accents.', examples: ['linen shirt'] }),
        searches: z.int(),
        withoutHits: z.int().meta({ description: 'Those of the searches that found nothing.' }),
      }),
    ),
  })
  .meta({ id: 'SearchReport' });

export type GetSearchReport = z.output<typeof GetSearchReportSchema>;
export type SearchReport = z.infer<typeof SearchReportSchema>;
