import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { until } from './until.js';

/** A mail as it came over SMTP. */
export interface ReceivedMail extends Email {
  readonly recipients: string[];
}

/** A real SMTP server in the test process. */
export class Mailbox {
  readonly mails: ReceivedMail[] = [];
  /** While true, every mail is refused with a temporary error. */
  refusing = false;
  private readonly server: SMTPServer;
  private port = 0;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (this.refusing) {
            done(Object.assign(new Error('Try again later'), { responseCode: 451 }));
            return;
          }
          void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
            const recipients = session.envelope.rcptTo.map(({ address }) => address);
            this.mails.push({ ...mail, recipients });
            done();
          }, done);
        });
      },
    });
    this.server.on('error', () => undefined);
  }

  /** Starts a mailbox on a free port. */
  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    await new Promise<void>((resolve) => {
      const listening = mailbox.server.listen(0, '127.0.0.1', () => {
        const address = listening.address();
        mailbox.port = typeof address === 'object' && address ? address.port : 0;
        resolve();
      });
    });
    return mailbox;
  }

  /** The address for `SMTP_URL`. */
  get url(): string {
    return `smtp://127.0.0.1:${String(this.port)}`;
  }

  /** The mails to an address, once there are as many. */
  async waitFor(address: string, count = 1): Promise<ReceivedMail[]> {
    return until(() => {
      const found = this.mails.filter(({ recipients }) => recipients.includes(address));
      return found.length >= count ? found : undefined;
    }, `${String(count)} mail(s) to ${address}`);
  }

  /** Stops the server. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => { resolve(); });
    });
  }
}
