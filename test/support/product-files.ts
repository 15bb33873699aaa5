import type { AnswerBody } from './api-client.js';
import type { TestApp } from './app.js';
import { until } from './until.js';

/** Imports NDJSON and waits for its end; answers what the import did. */
export async function importFile({ api, adminToken }: TestApp, content: string): Promise<AnswerBody> {
  const { headers } = await api.raw('POST', '/v1/admin/imports', content, { as: adminToken, headers: { 'content-type': 'application/x-ndjson' } });
  return until(async () => {
    const { body } = await api.get(headers.location ?? '', { as: adminToken });
    return ['succeeded', 'failed'].includes(body.state) && body.result;
  }, 'the import to end');
}

/** All products as NDJSON. */
export async function exportAll({ api, adminToken }: TestApp): Promise<string> {
  return (await api.get('/v1/admin/exports/products', { as: adminToken })).text;
}
