import { randomBytes, randomUUID } from 'node:crypto';
import { startApp, testVariables, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { CHECKOUT } from '../support/builders/orders.js';
import { startCollector, type Collector } from '../support/collector.js';
import { startProcess, type RunningProcess } from '../support/processes.js';
import { until } from '../support/until.js';

let app: TestApp;
let collector: Collector;

beforeAll(async () => {
  [app, collector] = await Promise.all([startApp(), startCollector()]);
});
afterAll(async () => {
  await collector.close();
  await app.close();
});

const env = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  ...testVariables({ database: app.database, mailbox: app.mailbox, env: more }),
  DATABASE_POOL_SIZE: '5',
});

interface Line {
  msg: string;
  requestId?: string;
  trace_id?: string;
  queue?: string;
}

const linesOf = ({ lines }: RunningProcess): Line[] => lines.map((line) => JSON.parse(line) as Line);

/** A caller's trace: its id, and the header that continues it. */
function aTrace(flags = '01'): { traceId: string; spanId: string; header: string } {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, header: `00-${traceId}-${spanId}-${flags}` };
}

/** Places an order in a trace; answers the request id and the trace that the answer names. */
async function checkOut(api: RunningProcess, traceparent: string) {
  const { variantId } = await aProductOnSale(app);
  const requestId = randomUUID();
  const response = await fetch(`${api.url}/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), 'x-request-id': requestId, traceparent },
    body: JSON.stringify({ ...CHECKOUT, items: [{ variantId, quantity: 1 }] }),
  });
  expect(response.status).toBe(201);
  return { requestId, traceparent: response.headers.get('traceparent') };
}

const lineOfRequest = (process: RunningProcess, requestId: string) =>
  until(() => linesOf(process).find((line) => line.msg === 'request' && line.requestId === requestId), 'the line of the request');

describe('a trace', () => {
  it('goes from the request through the event log to the job, and so do the log lines', async () => {
    const traced = env({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'shop' });
    const [api, worker] = await Promise.all([startProcess('main', traced), startProcess('worker', traced)]);
    const { traceId, spanId, header } = aTrace();

    const { requestId, traceparent } = await checkOut(api, header);

    const job = await until(() => linesOf(worker).find((line) => line.msg === 'job' && line.queue === 'order-mails'), 'the job');
    const request = await lineOfRequest(api, requestId);
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    expect([job.requestId, job.trace_id]).toEqual([requestId, traceId]);
    expect(request.trace_id).toBe(traceId);
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const [server, consumer] = ['POST /v1/orders', 'job order-mails'].map((name) => spans.find((span) => span.name === name));
    expect(server).toMatchObject({ parentSpanId: spanId, kind: 2, service: 'shop', role: 'api' }); // SERVER
    expect(server?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/orders',
      'http.response.status_code': 201,
      'orderly.request_id': requestId,
    });
    expect(consumer).toMatchObject({ parentSpanId: server?.spanId, kind: 5, service: 'shop', role: 'worker' }); // CONSUMER
    expect(traceparent).toBe(`00-${traceId}-${String(server?.spanId)}-01`);
  });

  it('is not sent when its caller does not want it, and begins anew when the header is none', async () => {
    const api = await startProcess('main', env({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` }));
    const unwanted = aTrace('00');
    const broken = aTrace('01-and-more');

    const first = await checkOut(api, unwanted.header);
    const second = await checkOut(api, broken.header);

    const line = await lineOfRequest(api, second.requestId);
    await api.stop();
    expect(first.traceparent).toContain(unwanted.traceId);
    expect(second.traceparent).not.toContain(broken.traceId);
    expect(second.traceparent).toContain(line.trace_id);
    const seen = collector.spans.map((span) => span.traceId);
    expect(seen).toContain(line.trace_id);
    expect(seen).not.toContain(unwanted.traceId);
  });

  it('is kept only for the share that is asked for', async () => {
    const api = await startProcess('main', env({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_RATIO: '0' }));

    const { requestId } = await checkOut(api, 'none');

    const { trace_id: traceId } = await lineOfRequest(api, requestId);
    await api.stop();
    expect(traceId).toMatch(/^[\da-f]{32}$/);
    expect(collector.spans.map((span) => span.traceId)).not.toContain(traceId);
  });

  it('harms nothing when its collector is away', async () => {
    const api = await startProcess('main', env({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }));

    await checkOut(api, aTrace().header);

    expect(await api.stop()).toBe(0);
    expect(linesOf(api).map((line) => line.msg)).toContain('the last spans were not sent');
  });

  it('is not begun without a collector', async () => {
    const api = await startProcess('main', env({}));

    const { requestId, traceparent } = await checkOut(api, aTrace().header);

    const line = await lineOfRequest(api, requestId);
    await api.stop();
    expect(traceparent).toBeNull();
    expect(line).not.toHaveProperty('trace_id');
  });
});
