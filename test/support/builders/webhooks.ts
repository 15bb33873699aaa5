import type { AnswerBody } from '../api-client.js';
import type { TestApp } from '../app.js';
import { until } from '../until.js';

/** An endpoint that staff have made, with its secret. */
export async function anEndpoint(app: TestApp, fields: Readonly<Record<string, unknown>> = {}): Promise<AnswerBody> {
  const input = { url: 'https://hooks.example.com/orderly', ...fields };
  const answer = await app.api.post('/v1/admin/webhook-endpoints', input, { as: app.adminToken });
  if (answer.status !== 201) throw new Error(`No endpoint was made: ${answer.text}`);
  return answer.body;
}

/** Changes an endpoint, whatever its version. */
export async function changeEndpoint(app: TestApp, id: string, changes: Readonly<Record<string, unknown>>): Promise<AnswerBody> {
  const path = `/v1/admin/webhook-endpoints/${id}`;
  const answer = await app.api.patch(path, changes, { as: app.adminToken, headers: { 'If-Match': '*' } });
  if (answer.status !== 200) throw new Error(`The endpoint was not changed: ${answer.text}`);
  return answer.body;
}

/** A delivery once it has a state and at least so many attempts. */
export async function deliveryOnce(
  app: TestApp,
  id: string,
  state: 'pending' | 'succeeded' | 'failed' | 'cancelled',
  attempts = 0,
): Promise<AnswerBody> {
  return until(
    async () => {
      const { body } = await app.api.get(`/v1/admin/webhook-deliveries/${id}`, { as: app.adminToken });
      return body.state === state && body.attempts.length >= attempts ? body : undefined;
    },
    `the delivery to be ${state} after ${String(attempts)} attempt(s)`,
    28_000,
  );
}

/** Sends a test to an endpoint and answers the delivery. */
export async function aTestDelivery(app: TestApp, endpointId: string): Promise<AnswerBody> {
  const path = `/v1/admin/webhook-endpoints/${endpointId}/test`;
  const answer = await app.api.post(path, undefined, { as: app.adminToken });
  if (answer.status !== 202) throw new Error(`No test was sent: ${answer.text}`);
  return answer.body;
}

/** The deliveries of an endpoint, the newest first, once there are as many. */
export async function deliveriesOnce(app: TestApp, endpointId: string, count: number): Promise<AnswerBody[]> {
  return until(async () => {
    const { body } = await app.api.get(`/v1/admin/webhook-deliveries?endpointId=${endpointId}&limit=100`, { as: app.adminToken });
    return body.data.length >= count ? (body.data as AnswerBody[]) : undefined;
  }, `${String(count)} deliveries`);
}
