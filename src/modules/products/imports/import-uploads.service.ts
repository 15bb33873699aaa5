import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../../config/config.js';
import { problem, problemWithDetail } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database, isRehearsing } from '../../../infrastructure/database/database.js';
import { runOutOfScope } from '../../../infrastructure/database/transaction-scope.js';
import { CHUNK_BYTES, ImportChunksRepository } from './import-chunks.repository.js';
import { StagedFile } from './staged-file.js';
import { Utf8Check } from './utf8-check.js';

/** Bytes that tell what kind of file it is: the longest line that is read, and more. */
const HEAD_BYTES = 1_310_720;

/** Takes uploaded files in pieces; no more than two are held at once. */
@Injectable()
export class ImportUploadsService {
  constructor(
    private readonly chunks: ImportChunksRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Keeps a file while it arrives; the next bytes are taken when the last are kept.
   *
   * @throws Problem `body_too_large` (413), `invalid_file` (400) when it is not text in UTF-8
   */
  async stage(filename: string, bytes: AsyncIterable<Buffer>): Promise<StagedFile> {
    const id = uuidv7();
    try {
      return await this.keep(id, filename, bytes);
    } catch (error) {
      await this.discard({ id, isTaken: false });
      throw error;
    }
  }

  /** Throws a file away that became no import. */
  async discard({ id, isTaken }: Pick<StagedFile, 'id' | 'isTaken'>): Promise<void> {
    if (isTaken || isRehearsing()) return;
    // No part of the answer that an Idempotency-Key keeps.
    await runOutOfScope(() => this.database.transaction((tx) => this.chunks.discard(tx, id)));
  }

  private async keep(id: string, filename: string, bytes: AsyncIterable<Buffer>): Promise<StagedFile> {
    const { maxBytes } = this.config.imports;
    const [hash, utf8] = [createHash('sha256'), new Utf8Check()];
    let total = 0;
    let head = Buffer.alloc(0);
    const checked = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of bytes) {
        total += piece.length;
        if (total > maxBytes) throw problem('body_too_large');
        if (!utf8.push(piece)) throw notText();
        hash.update(piece);
        if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece]);
        yield piece;
      }
      if (!utf8.end()) throw notText();
    };
    let position = 0;
    for await (const data of inChunks(checked())) {
      // Tried only: nobody will read it.
      if (!isRehearsing()) {
        await this.database.transaction((tx) => this.chunks.insert(tx, id, position, data, this.clock.now()));
      }
      position += 1;
    }
    return new StagedFile(id, filename, total, hash.digest('hex'), head);
  }
}

function notText(): Error {
  return problemWithDetail('invalid_file', 'The file is not text in UTF-8.');
}

/** The same bytes in pieces of one size, the last perhaps smaller. */
async function* inChunks(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    held.push(piece);
    length += piece.length;
    if (length < CHUNK_BYTES) continue;
    let rest = Buffer.concat(held, length);
    for (; rest.length >= CHUNK_BYTES; rest = rest.subarray(CHUNK_BYTES)) yield rest.subarray(0, CHUNK_BYTES);
    held = [rest];
    ({ length } = rest);
  }
  if (length > 0) yield Buffer.concat(held, length);
}
