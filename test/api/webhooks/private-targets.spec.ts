import { startApp, type TestApp } from '../../support/app.js';
import { aTestDelivery, anEndpoint, deliveryOnce } from '../../support/builders/webhooks.js';
import { Receiver } from '../../support/receiver.js';

let app: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.open();
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** What comes of a delivery to a URL that was planted past the check of the API. */
async function firstAttemptTo(url: string) {
  const endpoint = await anEndpoint(app, { eventTypes: ['order.placed'] });
  await app.database.query('UPDATE webhook_endpoints SET url = $2 WHERE id = $1', [endpoint.id, url]);
  const { id } = await aTestDelivery(app, endpoint.id);
  const { attempts } = await deliveryOnce(app, id, 'pending', 1);
  return attempts.at(-1);
}

describe('where private targets are not allowed, which is the default', () => {
  it('a name that leads to our own network is not connected to', async () => {
    const attempt = await firstAttemptTo(`https://localhost:${String(receiver.port)}/`);

    expect(attempt).toMatchObject({ status: null, error: 'The address of the receiver is not public.', responseBody: null });
    expect(receiver.connections).toBe(0);
  });

  it.each([
    ['http', 'localhost', 'The URL of the receiver must begin with https://.'],
    ['https', '127.0.0.1', 'The URL of the receiver must be a public address.'],
    ['https', '[::ffff:127.0.0.1]', 'The URL of the receiver must be a public address.'],
  ])('%s://%s is not connected to', async (scheme, host, error) => {
    const attempt = await firstAttemptTo(`${scheme}://${host}:${String(receiver.port)}/`);

    expect(attempt).toMatchObject({ status: null, error });
    expect(receiver.connections).toBe(0);
  });
});
