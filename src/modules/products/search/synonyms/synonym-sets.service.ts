import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { decodeCursor, listFingerprint } from '../../../../common/pagination/cursor.js';
import { toPage, type Page } from '../../../../common/pagination/page.schema.js';
import { invalidRequest, problem } from '../../../../common/problems/problem.js';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { Database, isRehearsing } from '../../../../infrastructure/database/database.js';
import type { Transaction } from '../../../../infrastructure/database/transaction.js';
import { domainEvent } from '../../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../../infrastructure/outbox/outbox.js';
import { SynonymBook } from './synonym-book.js';
import type { SynonymTerms } from './synonym-index.js';
import { SYNONYMS_CREATED, SYNONYMS_DELETED, SYNONYMS_UPDATED } from './synonym-set.events.js';
import { toSynonymSet } from './synonym-set.mapper.js';
import { MAX_SETS, type CreateSynonymSet, type ListSynonymSets, type SynonymSet, type UpdateSynonymSet } from './synonym-set.schema.js';
import { SynonymSetsRepository } from './synonym-sets.repository.js';

/** What staff do with the synonyms of the search. */
@Injectable()
export class SynonymSetsService {
  constructor(
    private readonly sets: SynonymSetsRepository,
    private readonly book: SynonymBook,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** A page of sets, the newest first. */
  async list({ limit, cursor, ...filters }: ListSynonymSets): Promise<Page<SynonymSet>> {
    const fingerprint = listFingerprint(filters);
    const after = cursor === undefined ? undefined : decodeCursor(fingerprint, cursor, 'text');
    const rows = await this.sets.list({ ...filters, limit, beforeId: after?.id });
    return toPage(rows, limit, fingerprint, ({ id }) => ({ value: '', id }), toSynonymSet);
  }

  /**
   * A set.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<SynonymSet> {
    const set = await this.sets.find(id);
    if (!set) throw problem('not_found');
    return toSynonymSet(set);
  }

  /**
   * Makes a set.
   *
   * @throws Problem `too_many_synonyms` (409), `invalid_request` (400) when its kind does not go with its terms
   */
  create(input: CreateSynonymSet): Promise<SynonymSet> {
    return this.change(async (tx) => {
      assertWhole(input);
      if ((await this.sets.lockedCount(tx)) >= MAX_SETS) throw problem('too_many_synonyms');
      const [id, now] = [uuidv7(), this.clock.now()];
      const set = { ...input, id, version: 1, createdAt: now, updatedAt: now };
      await this.sets.insert(tx, set);
      this.outbox.append(tx, domainEvent(SYNONYMS_CREATED, id, { synonymSetId: id }));
      return toSynonymSet(set);
    });
  }

  /**
   * Changes a set.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412),
   * `invalid_request` (400) when its kind would not go with its terms
   */
  update(id: string, version: number | null, changes: UpdateSynonymSet): Promise<SynonymSet> {
    return this.change(async (tx) => {
      const set = await this.sets.lock(tx, id, version);
      const now = this.clock.now();
      const changed = { ...set, ...changes, version: set.version + 1, updatedAt: now };
      assertWhole(changed);
      await this.sets.update(tx, id, changes, now);
      this.outbox.append(tx, domainEvent(SYNONYMS_UPDATED, id, { synonymSetId: id }));
      return toSynonymSet(changed);
    });
  }

  /**
   * Deletes a set.
   *
   * @param version the version that the client read
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete(id: string, version: number | null): Promise<void> {
    return this.change(async (tx) => {
      await this.sets.lock(tx, id, version);
      await this.sets.delete(tx, id);
      this.outbox.append(tx, domainEvent(SYNONYMS_DELETED, id, { synonymSetId: id }));
    });
  }

  /** Changes sets; the next search of this process need not wait for the notice of it. */
  private async change<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await this.database.transaction(work);
    if (!isRehearsing()) this.book.forget();
    return result;
  }
}

/** @throws Problem `invalid_request` (400) */
function assertWhole({ kind, terms, replacements }: SynonymTerms): void {
  if (kind === 'one_way' && replacements.length === 0) {
    throw invalidRequest({ pointer: '/replacements', detail: 'must name what else is searched for' });
  }
  if (kind === 'one_way') return;
  if (replacements.length > 0) {
    throw invalidRequest({ pointer: '/replacements', detail: 'must be empty where the terms stand for each other' });
  }
  if (terms.length < 2) throw invalidRequest({ pointer: '/terms', detail: 'must be two at least to stand for each other' });
}
