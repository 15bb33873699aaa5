import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { v5 as uuidv5 } from 'uuid';
import type { Mail } from '../../../infrastructure/mail/mailer.js';

const template = (kind: 'html' | 'text') =>
  Handlebars.compile(
    readFileSync(join(import.meta.dirname, 'templates', `endpoint-disabled.${kind}.hbs`), 'utf8'),
    { strict: true, noEscape: kind === 'text' },
  );

const html = template('html');
const text = template('text');

/** An endpoint that was disabled. */
export interface DisabledEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly reason: string;
}

/** The mail that tells staff of a disabled endpoint; its id is the same for the same event and person. */
export function endpointDisabled(endpoint: DisabledEndpoint, to: string, eventId: string): Mail {
  const { id, url, description, reason } = endpoint;
  // Path and query of a URL may be a secret of the receiver.
  const view = { id, host: new URL(url).host, description, reason };
  return {
    id: `webhook-endpoint-disabled-${uuidv5(to, eventId)}`,
    to,
    subject: `Webhooks to ${view.host} are disabled`,
    html: html(view),
    text: text(view),
  };
}
