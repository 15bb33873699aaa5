import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { findLanguage } from '../../../common/languages/language-choice.js';
import { problem } from '../../../common/problems/problem.js';
import { Clock } from '../../../infrastructure/clock/clock.js';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import type { DomainEvent } from '../../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../../infrastructure/outbox/outbox.js';
import { TranslationsRepository, type TranslationRow } from './translations.repository.js';

const MAX_LOCALES = 100;

/** A kind of thing that has texts in several languages. */
export interface TranslatedKind<T extends TranslationRow, Owner extends { readonly version: number }> {
  readonly entity: new () => T;
  /** Locks the owner at a version; throws when it is not there or at another. */
  lock(tx: Transaction, id: string, version: number | null): Promise<Owner>;
  /** Counts the version of a locked owner up. */
  touch(tx: Transaction, id: string, now: Date): Promise<void>;
  /** What tells that the owner was changed. */
  event(id: string): DomainEvent;
}

/** The translation that a call is about, and the version of its owner that the client read. */
export interface TranslationKey {
  readonly id: string;
  readonly locale: string;
  readonly version: number | null;
}

/** A translation as it is answered. */
export type Translation<T extends TranslationRow> = Omit<T, 'ownerId' | 'updatedAt'> & { readonly updatedAt: string };

/** Writes and lists the texts of the catalogue in further languages; each change is one of their owner. */
@Injectable()
export class TranslationsService {
  constructor(
    private readonly translations: TranslationsRepository,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Sets all texts of an owner in a language.
   *
   * Makes its answer of the translation and the owner's new version; `check` looks at the locked owner before.
   *
   * @throws Problem `not_found`, `unknown_locale` (404), `precondition_failed` (412); whatever `check` throws
   */
  put<T extends TranslationRow, Owner extends { readonly version: number }, A>(
    kind: TranslatedKind<T, Owner>,
    { id, locale: written, version }: TranslationKey,
    texts: Omit<T, keyof TranslationRow>,
    answer: (translation: Translation<T>, version: number) => A,
    check: (owner: Owner) => void = () => undefined,
  ): Promise<A> {
    return this.database.transaction(async (tx) => {
      const owner = await kind.lock(tx, id, version);
      const locale = this.furtherLanguage(written);
      check(owner);
      const now = this.clock.now();
      const row = { ...texts, ownerId: id, locale, updatedAt: now } as unknown as T;
      await this.translations.put(tx, kind.entity, row);
      await kind.touch(tx, id, now);
      this.outbox.append(tx, kind.event(id));
      return answer(toTranslation(row), owner.version + 1);
    });
  }

  /**
   * Takes all texts of an owner in a language away, also of one that the shop speaks no more.
   *
   * @throws Problem `not_found` (404), `precondition_failed` (412)
   */
  delete<T extends TranslationRow, Owner extends { readonly version: number }>(
    kind: TranslatedKind<T, Owner>,
    { id, locale, version }: TranslationKey,
  ): Promise<void> {
    return this.database.transaction(async (tx) => {
      await kind.lock(tx, id, version);
      const key = { ownerId: id, locale: findLanguage(locale, this.config.shop.locales) ?? locale };
      if (!(await this.translations.delete(tx, kind.entity, key))) throw problem('not_found');
      await kind.touch(tx, id, this.clock.now());
      this.outbox.append(tx, kind.event(id));
    });
  }

  /** All translations of an owner, by language. */
  async list<T extends TranslationRow>(entity: new () => T, id: string): Promise<Translation<T>[]> {
    return (await this.translations.list(entity, id, MAX_LOCALES)).map(toTranslation);
  }

  /** @throws Problem `unknown_locale` (404) */
  private furtherLanguage(written: string): string {
    const [own, ...further] = this.config.shop.locales;
    const locale = findLanguage(written, further);
    if (locale === undefined || locale === own) throw problem('unknown_locale');
    return locale;
  }
}

function toTranslation<T extends TranslationRow>({ ownerId: _, updatedAt, ...texts }: T): Translation<T> {
  return { ...texts, updatedAt: updatedAt.toISOString() };
}
