import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../../../common/pagination/page.schema.js';
import { IdSchema, line, TimestampSchema } from '../../../../common/text/text.schema.js';
import { fold } from '../fold.js';

/** Most sets that a shop has. */
export const MAX_SETS = 5_000;
const MAX_TERMS = 20;
const MAX_WORDS = 5;

const KindSchema = z.enum(['two_way', 'one_way']).meta({
  description:
    '`two_way`: a buyer who types one of the terms finds what has any of them. ' +
    '`one_way`: a buyer who types one of the terms also finds what has a replacement, not the other way round.',
});

const TermSchema = line(100).refine((term) => {
  const words = fold(term).length;
  return words > 0 && words <= MAX_WORDS;
}, `must be a word or a phrase of up to ${String(MAX_WORDS)} words`);

const terms = (description: string) =>
  z
    .array(TermSchema)
    .max(MAX_TERMS)
    .refine((list) => new Set(list.map((term) => fold(term).join(' '))).size === list.length, 'must say each thing once')
    .meta({ description });

const TermsSchema = terms('Words and phrases, compared without regard to case and accents.').min(1);
const ReplacementsSchema = terms('What else is searched for; of a set of kind `one_way` alone.');

/** A set of synonyms. */
export const SynonymSetSchema = z
  .strictObject({
    id: IdSchema,
    kind: KindSchema,
    terms: z.array(z.string()),
    replacements: z.array(z.string()),
    version: z.int(),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'SynonymSet' });

/** A page of sets of synonyms. */
export const SynonymSetPageSchema = pageSchema(SynonymSetSchema, 'SynonymSetPage');

/** Query of the list of sets. */
export const ListSynonymSetsSchema = z.strictObject({ ...pageQueryShape, kind: KindSchema.optional() });

/** A set that is to be made. */
export const CreateSynonymSetSchema = z
  .strictObject({ kind: KindSchema, terms: TermsSchema, replacements: ReplacementsSchema.default([]) })
  .meta({
    id: 'CreateSynonymSet',
    examples: [
      { kind: 'two_way', terms: ['sofa', 'couch', 'settee'] },
      { kind: 'one_way', terms: ['footwear'], replacements: ['shoes', 'boots'] },
    ],
  });

/** What staff change of a set; what is left out stays. */
export const UpdateSynonymSetSchema = z
  .strictObject({ kind: KindSchema, terms: TermsSchema, replacements: ReplacementsSchema })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateSynonymSet', examples: [{ terms: ['sofa', 'couch', 'settee', 'divan'] }] });

export type SynonymSet = z.infer<typeof SynonymSetSchema>;
export type ListSynonymSets = z.output<typeof ListSynonymSetsSchema>;
export type CreateSynonymSet = z.output<typeof CreateSynonymSetSchema>;
export type UpdateSynonymSet = z.output<typeof UpdateSynonymSetSchema>;
