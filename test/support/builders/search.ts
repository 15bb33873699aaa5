import type { AnswerBody } from '../api-client.js';
import type { TestApp } from '../app.js';

/** A set of synonyms that staff have made. */
export async function aSynonymSet(app: TestApp, fields: Readonly<Record<string, unknown>> = {}): Promise<AnswerBody> {
  const set = { kind: 'two_way', terms: ['sofa', 'couch'], ...fields };
  const answer = await app.api.post('/v1/admin/search/synonyms', set, { as: app.adminToken });
  if (answer.status !== 201) throw new Error(`No synonyms were made: ${answer.text}`);
  return answer.body;
}
