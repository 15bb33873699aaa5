import { Database } from '../../../src/infrastructure/database/database.js';
import { Notifications } from '../../../src/infrastructure/database/notifications.js';
import { SynonymBook } from '../../../src/modules/products/search/synonyms/synonym-book.js';
import { SynonymSetsService } from '../../../src/modules/products/search/synonyms/synonym-sets.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aSynonymSet } from '../../support/builders/search.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

let app: TestApp;
let second: TestApp;

beforeAll(async () => {
  app = await startApp();
  second = await startApp({ database: app.database });
});
afterAll(async () => {
  await second.close();
  await app.close();
});
beforeEach(async () => {
  await app.database.query('DELETE FROM search_synonyms');
});

const path = '/v1/admin/search/synonyms';
const staff = () => ({ as: app.adminToken });
const version = (value: number | string) => ({ ...staff(), headers: { 'If-Match': value === '*' ? '*' : `"${String(value)}"` } });
const post = (body: object) => app.api.post(path, body, staff());
const find = (words: string, { nest }: TestApp = app) => nest.get(SynonymBook).find(words.split(' '));
const synonyms = async (words: string, of: TestApp = app): Promise<string[]> =>
  (await find(words, of)).flatMap(({ alternatives }) => alternatives.map((alternative) => alternative.join(' ')));

describe('a set of synonyms', () => {
  it('is made, changed in the version that was read, and deleted', async () => {
    const made = await post({ kind: 'two_way', terms: ['Sofa', ' Couché '] });
    const one = `${path}/${String(made.body.id)}`;

    const changed = await app.api.patch(one, { terms: ['Sofa', 'Settee'] }, version(1));
    const stale = await app.api.patch(one, { terms: ['A', 'B'] }, version(1));
    const read = await app.api.get(one, staff());
    const deleted = await app.api.delete(one, version(2));

    expect(made.status).toBe(201);
    expect(made.headers).toMatchObject({ location: one, etag: '"1"' });
    expect(made.body).toMatchObject({ kind: 'two_way', terms: ['Sofa', 'Couché'], replacements: [], version: 1 });
    expect(changed.body).toMatchObject({ kind: 'two_way', terms: ['Sofa', 'Settee'], replacements: [], version: 2 });
    expect(stale.body.code).toBe('precondition_failed');
    expect(read.body).toEqual(changed.body);
    expect(deleted.status).toBe(204);
    expect((await app.api.get(one, staff())).body.code).toBe('not_found');
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [made.body.id]);
    expect(events).toEqual(['created', 'updated', 'deleted'].map((what) => ({ type: `search_synonyms.${what}` })));
  });

  it('has terms and replacements that go with its kind', async () => {
    const faults = async (set: object): Promise<unknown> => (await post(set)).body.errors;

    expect(await faults({ kind: 'one_way', terms: ['a'] })).toEqual([
      { pointer: '/replacements', detail: 'must name what else is searched for' },
    ]);
    expect(await faults({ kind: 'two_way', terms: ['a', 'b'], replacements: ['c'] })).toEqual([
      { pointer: '/replacements', detail: 'must be empty where the terms stand for each other' },
    ]);
    expect(await faults({ kind: 'two_way', terms: ['a'] })).toEqual([
      { pointer: '/terms', detail: 'must be two at least to stand for each other' },
    ]);
    const { id } = await aSynonymSet(app);
    const changed = await app.api.patch(`${path}/${String(id)}`, { kind: 'one_way' }, version('*'));
    expect(changed.body.errors).toMatchObject([{ pointer: '/replacements' }]);
    const whole = await app.api.patch(`${path}/${String(id)}`, { kind: 'one_way', replacements: ['divan'] }, version('*'));
    expect(whole.body).toMatchObject({ kind: 'one_way', terms: ['sofa', 'couch'], replacements: ['divan'], version: 2 });
  });

  it.each([
    ['no terms', [], '/terms'],
    ['too many terms', Array.from({ length: 21 }, (_, index) => `term ${String(index)}`), '/terms'],
    ['a term twice', ['café', 'sofa', 'CAFE'], '/terms'],
    ['a term without words', ['sofa', '…'], '/terms/1'],
    ['a term of six words', ['a-b c d e f', 'sofa'], '/terms/0'],
    ['a term that is too long', ['sofa', 'x'.repeat(101)], '/terms/1'],
  ])('is refused with %s', async (_, terms, pointer) => {
    const made = await post({ kind: 'two_way', terms });
    const replaced = await post({ kind: 'one_way', terms: ['bed'], replacements: terms });

    expect(made.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
    expect(replaced.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: pointer.replace('terms', 'replacements') }] });
  });

  it('must be one of 5,000 at most', async () => {
    await app.database.query(
      `INSERT INTO search_synonyms (id, kind, terms, replacements, created_at, updated_at)
       SELECT gen_random_uuid(), 'two_way', ARRAY['a' || n, 'b' || n], '{}', now(), now() FROM generate_series(1, 4999) n`,
    );

    const [last, over] = [await post({ kind: 'two_way', terms: ['a', 'b'] }), await post({ kind: 'two_way', terms: ['c', 'd'] })];

    expect(last.status).toBe(201);
    expect(over).toMatchObject({ status: 409, body: { code: 'too_many_synonyms' } });
  });

  it('is listed, the newest first, page by page', async () => {
    const ids: unknown[] = [];
    for (const terms of [['a', 'b'], ['c', 'd'], ['e', 'f']]) ids.unshift((await aSynonymSet(app, { terms })).id);
    await aSynonymSet(app, { kind: 'one_way', replacements: ['divan'] });

    const page = await app.api.get(`${path}?kind=two_way&limit=2`, staff());
    const rest = await app.api.get(`${path}?kind=two_way&limit=2&cursor=${String(page.body.nextCursor)}`, staff());
    const all = await app.api.get(path, staff());

    expect([...page.body.data, ...rest.body.data].map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(rest.body.nextCursor).toBeNull();
    expect(all.body.data).toHaveLength(4);
    expect((await app.api.get(`${path}?cursor=x`, staff())).body.code).toBe('invalid_cursor');
  });
});

describe('the book of synonyms', () => {
  const heard = (of: TestApp) => until(() => of.nest.get(Notifications).catchUp(), 'the notices to be heard');

  it('knows a change of its own process at once', async () => {
    expect(await synonyms('red couch')).toEqual([]);

    const { id } = await aSynonymSet(app, { terms: ['Rotes Sofa', 'Côuch'] });
    expect(await find('red couch')).toEqual([{ start: 1, length: 1, alternatives: [['rotes', 'sofa']] }]);
    await app.api.patch(`${path}/${String(id)}`, { terms: ['settee', 'couch'] }, version('*'));
    expect(await synonyms('couch')).toEqual(['settee']);
    await app.api.delete(`${path}/${String(id)}`, version('*'));
    expect(await synonyms('couch')).toEqual([]);
  });

  it('hears of a change of another process', async () => {
    await synonyms('couch', second);
    await heard(second);

    await aSynonymSet(app);

    await until(async () => (await synonyms('couch', second)).length === 1, 'the other process to hear of it');
    await app.database.query('TRUNCATE search_synonyms');
    await until(async () => (await synonyms('couch', second)).length === 0, 'the other process to hear of it');
  });

  it('reads the sets once, also for many who ask at once', async () => {
    await aSynonymSet(app);
    await synonyms('couch');
    await heard(app);
    app.nest.get(SynonymBook).forget();

    const statements = await logStatements(async () => {
      const found = await Promise.all([synonyms('couch'), synonyms('sofa'), synonyms('bed')]);
      expect([...found, await synonyms('couch')]).toEqual([['sofa'], ['couch'], [], ['sofa']]);
    });

    expect(statements).toEqual(['SELECT kind, terms, replacements FROM search_synonyms ORDER BY id']);
  });

  it('is read again after a minute, should no notice arrive', async () => {
    await aSynonymSet(app);
    await synonyms('couch');
    await heard(app);
    await app.database.query('ALTER TABLE search_synonyms DISABLE TRIGGER search_synonyms_told');
    expect(await synonyms('couch')).toEqual(['sofa']);
    await app.database.query('DELETE FROM search_synonyms');

    expect(await synonyms('couch')).toEqual(['sofa']);
    app.clock.advance(61);
    expect(await synonyms('couch')).toEqual([]);
    await app.database.query('ALTER TABLE search_synonyms ENABLE TRIGGER search_synonyms_told');
  });

  it('knows in a dry run what it has changed, and keeps nothing of it', async () => {
    await synonyms('couch');

    const tried = await app.nest.get(Database).rehearse(async () => {
      await app.nest.get(SynonymSetsService).create({ kind: 'two_way', terms: ['sofa', 'couch'], replacements: [] });
      return synonyms('couch');
    });

    expect(tried).toEqual(['sofa']);
    expect(await synonyms('couch')).toEqual([]);
  });

  it('is read again after a read that failed', async () => {
    app.nest.get(SynonymBook).forget();
    await app.database.query('ALTER TABLE search_synonyms RENAME TO away');
    await expect(synonyms('couch')).rejects.toThrow('search_synonyms');
    await app.database.query('ALTER TABLE away RENAME TO search_synonyms');

    expect(await synonyms('couch')).toEqual([]);
  });
});
