import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { startApp, type TestApp } from '../../support/app.js';
import { aPlacedOrder } from '../../support/builders/orders.js';
import { until } from '../../support/until.js';

let app: TestApp;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderly-mailbox-'));
  app = await startApp({ worker: true, env: { SMTP_URL: '', MAILBOX_DIR: folder } });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

describe('the mailbox folder', () => {
  it('gets the confirmation of an order as a file where there is no mail server', async () => {
    const { id, body } = await aPlacedOrder(app, { email: 'ada.file@example.com' });

    const name = `order-confirmation-${id}.eml`;
    await until(async () => (await readdir(folder)).includes(name), 'the file of the mail');
    const mail = await PostalMime.parse(await readFile(join(folder, name)));
    expect(mail).toMatchObject({
      subject: `Your order ${String(body.number)}`,
      to: [{ address: 'ada.file@example.com' }],
    });
    expect(mail.html).toContain('Thank you, Ada Lovelace.');
  });
});
