import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../../../infrastructure/clock/clock.js';
import { isRehearsing } from '../../../../infrastructure/database/database.js';
import { Notifications } from '../../../../infrastructure/database/notifications.js';
import { SynonymIndex, type SynonymMatch } from './synonym-index.js';
import { SynonymSetsRepository } from './synonym-sets.repository.js';

/** Channel on which PostgreSQL tells that a transaction has changed the sets of synonyms. */
export const SYNONYMS_CHANNEL = 'orderly_synonyms';
/** Milliseconds that the sets are kept at most, should no notice of a change arrive. */
const MAX_AGE_MS = 60_000;

/**
 * Knows the synonyms of words. All sets are kept in memory, read with one statement when
 * they are first asked for, and again after a change: one of this process is seen by its
 * next search, one of another process as soon as its notice arrives.
 */
@Injectable()
export class SynonymBook implements OnApplicationBootstrap {
  private kept: { readonly index: SynonymIndex; readonly readAt: number } | undefined;
  /** The read that is under way, for all who ask meanwhile; none when the sets were changed since it began. */
  private reading: Promise<SynonymIndex> | undefined;

  constructor(
    private readonly sets: SynonymSetsRepository,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  /** Listens from the start: what begins to listen must read again, since it may have missed a change. */
  onApplicationBootstrap(): void {
    this.notifications.listen(SYNONYMS_CHANNEL, () => { this.forget(); });
  }

  /**
   * The synonyms of the words of a query: a match for every run of words that is a term, in
   * the order of the words, and at each word the longest first. Matches may overlap.
   *
   * @param words folded words, in order
   */
  async find(words: readonly string[]): Promise<SynonymMatch[]> {
    return words.length === 0 ? [] : (await this.index()).find(words);
  }

  /** Reads the sets again before the next search. */
  forget(): void {
    this.kept = undefined;
    this.reading = undefined;
  }

  private async index(): Promise<SynonymIndex> {
    // A rehearsal sees sets that are never kept, and may not leave them to others.
    if (isRehearsing()) return new SynonymIndex(await this.sets.listTerms());
    const { kept } = this;
    if (kept && this.clock.now().getTime() - kept.readAt < MAX_AGE_MS) return kept.index;
    this.reading ??= this.read();
    return this.reading;
  }

  private read(): Promise<SynonymIndex> {
    const readAt = this.clock.now().getTime();
    const read = async (): Promise<SynonymIndex> => {
      try {
        const index = new SynonymIndex(await this.sets.listTerms());
        if (this.reading === reading) this.kept = { index, readAt };
        return index;
      } finally {
        if (this.reading === reading) this.reading = undefined;
      }
    };
    // It begins a turn later, when `reading` is known.
    const reading = Promise.resolve().then(read);
    return reading;
  }
}
