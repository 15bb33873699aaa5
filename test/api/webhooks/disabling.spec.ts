import { startApp, type TestApp } from '../../support/app.js';
import { aStaffMember } from '../../support/builders/people.js';
import { aTestDelivery, anEndpoint, changeEndpoint, deliveryOnce } from '../../support/builders/webhooks.js';
import { Receiver } from '../../support/receiver.js';
import { until } from '../../support/until.js';

const FIVE_DAYS_AND_A_MINUTE = "interval '5 days 1 minute'";

let app: TestApp;
let receiver: Receiver;
let staffEmail: string;

beforeAll(async () => {
  receiver = await Receiver.open();
  app = await startApp({ worker: true, env: { WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true' } });
  staffEmail = (await aStaffMember(app)).email;
});
afterEach(() => {
  receiver.answer = () => 204;
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const aReceivingEndpoint = async (): Promise<string> =>
  (await anEndpoint(app, { url: receiver.url('/hook?token=hidden'), description: 'The warehouse', eventTypes: ['order.placed'] })).id as string;

const endpoint = async (id: string) => (await app.api.get(`/v1/admin/webhook-endpoints/${id}`, { as: app.adminToken })).body;

/** A delivery whose every attempt fails: after the first, the job is at its last. */
async function aDeliveryThatFails(endpointId: string): Promise<string> {
  const { id } = await aTestDelivery(app, endpointId);
  await app.database.query(`UPDATE jobs SET attempts = 15 WHERE payload->>'deliveryId' = $1`, [id]);
  await deliveryOnce(app, id, 'failed');
  return id as string;
}

const disabledEvents = (id: string) =>
  app.database.query(`SELECT payload FROM outbox_events WHERE type = 'webhook_endpoint.disabled' AND aggregate_id = $1`, [id]);

describe('an endpoint', () => {
  it('is disabled when three deliveries in a row fail for good, and staff are mailed', async () => {
    const id = await aReceivingEndpoint();
    receiver.answer = () => 500;
    await aDeliveryThatFails(id);
    const [, last] = [await aDeliveryThatFails(id), await endpoint(id)];
    expect(last).toMatchObject({ state: 'active', failingSince: expect.any(String) });

    await aDeliveryThatFails(id);

    expect(await endpoint(id)).toMatchObject({ state: 'disabled', disabledReason: '3 deliveries in a row failed for good.' });
    expect(await disabledEvents(id)).toEqual([{ payload: { endpointId: id } }]);
    const [mail] = await app.mailbox.waitFor(staffEmail);
    const host = `127.0.0.1:${String(receiver.port)}`;
    expect(mail).toMatchObject({ subject: `Webhooks to ${host} are disabled` });
    for (const text of [mail!.text, mail!.html]) {
      expect(text).toContain('3 deliveries in a row failed for good.');
      expect(text).toContain(`${id}: The warehouse`);
      expect(text).not.toContain('hidden');
    }
    await app.mailbox.waitFor('admin@orderly.test');
  });

  it('stays active when a delivery succeeds in between', async () => {
    const id = await aReceivingEndpoint();
    receiver.answer = () => 500;
    await aDeliveryThatFails(id);
    await aDeliveryThatFails(id);
    receiver.answer = () => 204;
    await deliveryOnce(app, (await aTestDelivery(app, id)).id, 'succeeded');
    expect(await endpoint(id)).toMatchObject({ failingSince: null });
    receiver.answer = () => 500;

    await aDeliveryThatFails(id);
    await aDeliveryThatFails(id);

    expect(await endpoint(id)).toMatchObject({ state: 'active' });
    expect(await disabledEvents(id)).toEqual([]);
  });

  it('is disabled when a delivery fails for good and none has succeeded for five days', async () => {
    const id = await aReceivingEndpoint();
    receiver.answer = () => 500;
    await app.database.query(`UPDATE webhook_endpoints SET failing_since = now() - ${FIVE_DAYS_AND_A_MINUTE} WHERE id = $1`, [id]);

    await aDeliveryThatFails(id);

    expect(await endpoint(id)).toMatchObject({
      state: 'disabled',
      disabledReason: 'No delivery has succeeded for more than 5 days.',
    });
  });

  it('that is active again takes a delivery whose job is retried', async () => {
    const id = await aReceivingEndpoint();
    receiver.answer = () => 500;
    const deliveryId = await aDeliveryThatFails(id);
    receiver.answer = () => 204;
    await changeEndpoint(app, id, { state: 'active' });
    const [job] = await app.database.query<{ id: string }>(`SELECT id FROM jobs WHERE payload->>'deliveryId' = $1`, [deliveryId]);

    await until(async () => {
      const { status } = await app.api.post(`/v1/admin/jobs/${job!.id}/retry`, undefined, { as: app.adminToken });
      return status === 200;
    }, 'the job to be retried');

    await deliveryOnce(app, deliveryId, 'succeeded');
  });
});
