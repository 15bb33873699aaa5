import { queueDefinitions } from '../../../src/infrastructure/queues/queue-registry.js';
import { Queues } from '../../../src/infrastructure/queues/queues.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { ADDRESS, aPlacedOrder, orderItems } from '../../support/builders/orders.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

const pending = async (): Promise<number> =>
  (await app.database.query(`SELECT 1 FROM jobs WHERE state = 'pending'`)).length;

describe('the confirmation of an order', () => {
  it('is one mail with HTML and text, its lines and its total', async () => {
    const shirt = await aProductOnSale(app, { title: 'Linen shirt', amount: 1999 });
    const pen = await aProductOnSale(app, { title: 'Fountain pen', amount: 4500 });
    const email = 'ada.lines@example.com';

    const { body: order } = await orderItems(
      app,
      [{ variantId: shirt.variantId, quantity: 2 }, { variantId: pen.variantId, quantity: 1 }],
      { email },
    );

    const [mail] = await app.mailbox.waitFor(email);
    expect(mail).toMatchObject({
      subject: `Your order ${String(order.number)}`,
      messageId: `<order-confirmation-${String(order.id)}@orderly>`,
      from: { address: 'shop@orderly.test', name: 'Orderly' },
    });
    for (const content of [mail?.html ?? '', mail?.text ?? '']) {
      expect(content).toContain('Linen shirt');
      expect(content).toContain('€39.98'); // 2 × 19.99
      expect(content).toContain('Fountain pen');
      expect(content).toContain('€84.98'); // 39.98 + 45.00
      expect(content).toContain(ADDRESS.city);
    }
    await until(async () => (await pending()) === 0, 'every delivery to be done');
    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
  });

  it('shows what people wrote as text, and never as HTML', async () => {
    const { variantId } = await aProductOnSale(app, { title: '<b>Bold</b> & "quoted"' });
    const email = 'ada.html@example.com';

    await orderItems(app, [{ variantId, quantity: 1 }], { email, shippingAddress: { ...ADDRESS, name: '<script>x</script>' } });

    const [mail] = await app.mailbox.waitFor(email);
    expect(mail?.html).toContain('&lt;b&gt;Bold&lt;/b&gt; &amp; &quot;quoted&quot;');
    expect(mail?.html).not.toContain('<script>');
    expect(mail?.text).toContain('<b>Bold</b> & "quoted"');
  });

  it('comes later where the mail server refuses at first', async () => {
    const email = 'ada.later@example.com';
    app.mailbox.refusing = true;
    const { id } = await aPlacedOrder(app, { email });
    await until(async () => (await pending()) > 0, 'the delivery to wait');

    app.mailbox.refusing = false;

    const [mail] = await app.mailbox.waitFor(email);
    expect(mail?.messageId).toBe(`<order-confirmation-${id}@orderly>`);
  });

  it('is sent once, however often its job runs', async () => {
    const email = 'ada.once@example.com';
    const { id } = await aPlacedOrder(app, { email });
    await app.mailbox.waitFor(email);
    await until(async () => (await pending()) === 0, 'every delivery to be done');
    const [job] = await app.database.query<{ id: string; payload: unknown }>(
      `SELECT j.id, j.payload FROM jobs j JOIN outbox_events e ON e.id = j.event_id
       WHERE j.queue = 'order-mails' AND e.aggregate_id = $1`,
      [id],
    );
    const queue = app.nest.get(Queues).get(queueDefinitions().find(({ name }) => name === 'order-mails')!);

    const jobs = await Promise.all(['a', 'b', 'c'].map((again) => queue.add({ jobId: job?.id, payload: job?.payload }, { jobId: `${id}-${again}` })));
    await Promise.all(jobs.map((job) => job.finished()));

    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
  });

  it('is not sent for an order that was declined', async () => {
    const { variantId } = await aProductOnSale(app);
    const email = 'ada.declined@example.com';

    await orderItems(app, [{ variantId, quantity: 1 }], { email, payment: { provider: 'test', token: 'tok_declined' } });
    const { email: _, ...later } = { email, marker: 'ada.marker@example.com' };
    await aPlacedOrder(app, { email: later.marker });

    await app.mailbox.waitFor(later.marker);
    await until(async () => (await pending()) === 0, 'every delivery to be done');
    expect(app.mailbox.mails.filter(({ recipients }) => recipients.includes(email))).toEqual([]);
  });
});
