import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/api-client.js';
import { goodCalls, SEVERAL } from '../support/good-calls.js';
import { faultsInTheBooks } from '../support/ledger.js';
import { FORMS, JSON_BODY, OperationCalls } from '../support/operation-calls.js';
import { until } from '../support/until.js';

const COPIES = 50;

let first: TestApp;
let second: TestApp;

beforeAll(async () => {
  first = await startApp({ env: { ...SEVERAL, DATABASE_POOL_SIZE: '10' } });
  second = await startApp({ database: first.database, env: { ...SEVERAL, DATABASE_POOL_SIZE: '10' } });
});
afterAll(async () => {
  await second.close();
  await first.close();
});

/** Repeats a call as a client does whose first one is still running. */
function untilAnswered(send: () => Promise<Answer>): Promise<Answer> {
  return until(async () => {
    const answer = await send();
    return answer.body?.code === 'idempotency_in_flight' ? undefined : answer;
  }, 'an answer that is not idempotency_in_flight');
}

describe('fifty copies of a call at once, to two instances', () => {
  it('have one effect and one answer, for every operation that changes something', async () => {
    const [here, there] = [await OperationCalls.of(first), await OperationCalls.of(second)];
    const good = await goodCalls(first);

    for (const route of here.idempotent()) {
      const { id } = route.operation;
      const key = randomUUID();
      const call = good[id] ?? { path: route.path };
      const as = call.as ?? here.tokenFor(route);
      const type = call.payload === undefined ? {} : JSON_BODY;
      const send = (index: number): Promise<Answer> => {
        const [app, calls] = index % 2 === 0 ? [first, here] : [second, there];
        const form = FORMS[id];
        if (!form) {
          return calls.call(route, { as, path: call.path, payload: call.payload, headers: { ...type, ...call.headers, 'Idempotency-Key': key } });
        }
        return app.api.postFile(call.path, form.fields, form.file, { as: as ?? '', headers: { 'Idempotency-Key': key } });
      };

      const answers = await Promise.all(Array.from({ length: COPIES }, (_, index) => untilAnswered(() => send(index))));

      // Whoever signs out ends the session of the other copies.
      const kept = id === 'signOut' ? answers.filter(({ status }) => status !== 401) : answers;
      expect({ id, statuses: [...new Set(kept.map(({ status }) => status))] }).toEqual({ id, statuses: [route.operation.status ?? 200] });
      expect({ id, texts: new Set(kept.map(({ text }) => text)).size }).toEqual({ id, texts: 1 });
      const original = kept.filter(({ headers }) => headers['idempotent-replayed'] === undefined);
      expect({ id, originals: original.length }).toEqual({ id, originals: 1 });
    }
    expect(await faultsInTheBooks(first.database)).toEqual([]);
  }, 120_000);
});
