import { startApp, type TestApp } from '../support/app.js';
import { readJudged, stockJudgedShop, type JudgedQuery } from './judged-shop.js';
import { ndcg } from './ndcg.js';

/** Queries that are told one by one: those that do worse. */
const WEAK = Number(process.env.RELEVANCE_WEAK ?? 0.7);

interface Score extends JudgedQuery {
  readonly score: number;
  readonly found: readonly string[];
}

let app: TestApp;
const queries = readJudged('queries');
const floor = readJudged('floor');
const scores: Score[] = [];

beforeAll(async () => {
  app = await startApp();
  await stockJudgedShop(app);
  for (const judged of queries) {
    const { body, text } = await app.api.get(`/v1/products?limit=10&q=${encodeURIComponent(judged.query)}`);
    if (!body.data) throw new Error(`${judged.query} answered ${text}`);
    const found: string[] = body.data.map(({ slug }: { slug: string }) => slug);
    scores.push({ ...judged, found, score: ndcg(found, judged.judgements) });
  }
}, 120_000);
afterAll(async () => {
  process.stdout.write(reportOf(scores));
  await app.close();
});

const mean = (of: readonly Score[]): number => of.reduce((sum, { score }) => sum + score, 0) / Math.max(1, of.length);

/** The mean of each kind of query, in the order of the file. */
function kindsOf(all: readonly Score[]): { kind: string; count: number; score: number }[] {
  return [...new Set(all.map(({ kind }) => kind))].map((kind) => {
    const own = all.filter((one) => one.kind === kind);
    return { kind, count: own.length, score: mean(own) };
  });
}

function reportOf(all: readonly Score[]): string {
  const row = (name: string, count: number, score: number, least: number | undefined): string =>
    `${name.padEnd(24)}${String(count).padStart(8)}${score.toFixed(3).padStart(9)}${(least ?? 0).toFixed(3).padStart(8)}`;
  const weak = all.filter(({ score }) => score < WEAK).sort((a, b) => a.score - b.score);
  return [
    '',
    'Relevance of the search, nDCG@10',
    `${'kind'.padEnd(24)}${'queries'.padStart(8)}${'reached'.padStart(9)}${'floor'.padStart(8)}`,
    ...kindsOf(all).map(({ kind, count, score }) => row(kind, count, score, floor.kinds[kind])),
    row('all', all.length, mean(all), floor.mean),
    ...weak.map(({ score, query, found }) => `  ${score.toFixed(3)}  ${query}  →  ${found.slice(0, 5).join(', ') || 'nothing'}`),
    '',
    '',
  ].join('\n');
}

describe('the judged set', () => {
  it('is large, judges each query by products that there are, and asks nothing twice', () => {
    const slugs = new Set(readJudged('catalogue').map(({ slug }) => slug));
    const grades = queries.flatMap(({ judgements }) => Object.entries(judgements));

    expect(queries.length).toBeGreaterThanOrEqual(100);
    expect(new Set(queries.map(({ query }) => query)).size).toBe(queries.length);
    expect(queries.filter(({ judgements }) => !Object.values(judgements).some((grade) => grade > 0))).toEqual([]);
    expect(grades.filter(([slug, grade]) => !slugs.has(slug) || ![1, 2, 3].includes(grade))).toEqual([]);
  });

  it('has a floor for each kind of query', () => {
    expect(Object.keys(floor.kinds).sort()).toEqual([...new Set(queries.map(({ kind }) => kind))].sort());
  });
});

describe('the search', () => {
  it('is as relevant as it ever was', () => {
    expect(mean(scores)).toBeGreaterThanOrEqual(floor.mean);
  });

  it.each(Object.entries(floor.kinds))('answers queries of the kind %s as well as it ever did', (kind, least) => {
    expect(mean(scores.filter((one) => one.kind === kind))).toBeGreaterThanOrEqual(least);
  });
});
