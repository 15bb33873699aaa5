import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3Server;

/** A real S3-compatible server with one bucket. */
export class Bucket {
  private constructor(
    private readonly server: S3Server,
    private readonly folder: string,
    readonly endpoint: string,
  ) {}

  /** Starts a server on any free port. */
  static async open(): Promise<Bucket> {
    const folder = await mkdtemp(join(tmpdir(), 'orderly-bucket-'));
    const server = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      configureBuckets: [{ name: 'images' }],
    });
    const { port } = await server.run();
    return new Bucket(server, folder, `http://127.0.0.1:${String(port)}`);
  }

  /** The environment of a shop that keeps its images here. */
  get env(): Record<string, string> {
    return {
      S3_ENDPOINT: this.endpoint,
      S3_BUCKET: 'images',
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
      S3_FORCE_PATH_STYLE: 'true',
    };
  }

  /** Stops the server and forgets its files. */
  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
