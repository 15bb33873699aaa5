import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Texts by field, by language. */
type TextsByLocale = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

/** What a query reads of the translations of its rows `c`. */
export interface ShelfTexts {
  readonly fields: readonly string[];
  /** The SQL of the texts in the languages `:languages`. */
  readonly column: string;
}

/** The texts of categories. */
export const CATEGORY_TEXTS: ShelfTexts = {
  fields: ['name', 'description'],
  column: `(SELECT json_object_agg(t.locale, json_build_object('name', t.name, 'description', t.description))
    FROM category_translations t WHERE t.category_id = c.id AND t.locale = ANY(:languages::text[]))`,
};

/** The texts of collections. */
export const COLLECTION_TEXTS: ShelfTexts = {
  fields: ['title', 'description'],
  column: `(SELECT json_object_agg(t.locale, json_build_object('title', t.title, 'description', t.description))
    FROM collection_translations t WHERE t.collection_id = c.id AND t.locale = ANY(:languages::text[]))`,
};

/** A row in its own language, and in the one that was asked for. */
export interface Said<T> {
  readonly own: T;
  readonly said: T;
}

/** Reads rows with their texts in languages, best first, by one statement; without languages, by the same as ever. */
export async function readInLanguages<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { column, fields }: ShelfTexts,
  languages: readonly string[],
): Promise<Said<T>[]> {
  if (languages.length === 0) return (await query.getMany()).map((own) => ({ own, said: own }));
  const { entities, raw } = await query
    .addSelect(column, 'translations')
    .setParameter('languages', languages)
    .getRawAndEntities<{ translations: TextsByLocale | null }>();
  return entities.map((own, index) => ({ own, said: { ...own, ...textsOf(raw[index]?.translations ?? {}, fields, languages) } }));
}

function textsOf(known: TextsByLocale, fields: readonly string[], languages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const [text] = languages.flatMap((language) => known[language]?.[field] ?? []);
      return text === undefined ? [] : [[field, text]];
    }),
  );
}
