import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Config } from '../../../config/config.js';
import { assertOutsideTransaction } from '../database/database.js';

/** A mail to one person. */
export interface Mail {
  /** Stable over repeats of the same mail, so that a mailbox shows it once: letters, digits, hyphens. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const SMTP_TIMEOUT_MS = 20_000;

/** Sends mails over SMTP; without `SMTP_URL` it writes them as `.eml` files into the mailbox folder. */
@Injectable()
export class Mailer {
  private readonly transport;

  constructor(private readonly config: Config) {
    const { smtpUrl } = config.mail;
    this.transport =
      smtpUrl === undefined
        ? createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
        : createTransport({
            url: smtpUrl,
            connectionTimeout: SMTP_TIMEOUT_MS,
            greetingTimeout: SMTP_TIMEOUT_MS,
            socketTimeout: SMTP_TIMEOUT_MS,
          });
  }

  /**
   * Sends a mail. A repeat has the same `Message-ID`, and the same file in the mailbox folder.
   *
   * @throws Error when the mail server refuses or does not answer in 20 s
   */
  async send(mail: Mail): Promise<void> {
    assertOutsideTransaction('Sending a mail');
    const { from, smtpUrl, mailboxDir } = this.config.mail;
    const sent = await this.transport.sendMail({
      from,
      to: mail.to,
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      messageId: `<${mail.id}@orderly>`,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    if (smtpUrl === undefined) await writeMail(mailboxDir, mail.id, sent);
  }
}

/** Written aside and renamed, so that a reader never sees half a mail. */
async function writeMail(folder: string, id: string, sent: { message?: unknown }): Promise<void> {
  if (!Buffer.isBuffer(sent.message)) throw new Error('The mail was not composed.');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${id}.eml`);
  await writeFile(`${path}.part`, sent.message, { mode: 0o600 });
  await rename(`${path}.part`, path);
}
