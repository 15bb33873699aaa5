import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityTarget, type FindOptionsWhere, type QueryDeepPartialEntity } from 'typeorm';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** What the translations of all kinds have. */
export interface TranslationRow {
  readonly ownerId: string;
  readonly locale: string;
  readonly updatedAt: Date;
}

/** Texts in further languages. Who they belong to is locked while they are changed. */
@Injectable()
export class TranslationsRepository {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** All translations of one thing, by language; at most as many as are asked for. */
  list<T extends TranslationRow>(entity: EntityTarget<T>, ownerId: string, limit: number): Promise<T[]> {
    return this.source
      .getRepository(entity)
      .createQueryBuilder('t')
      .where('t.ownerId = :ownerId', { ownerId })
      .orderBy('t.locale')
      .limit(limit)
      .getMany();
  }

  /** Sets the translation into a language. */
  async put<T extends TranslationRow>(tx: Transaction, entity: EntityTarget<T>, row: T): Promise<void> {
    await tx.repository(entity).upsert(row as QueryDeepPartialEntity<T>, ['ownerId', 'locale']);
  }

  /** Takes the translation into a language away; false when there is none. */
  async delete<T extends TranslationRow>(
    tx: Transaction,
    entity: EntityTarget<T>,
    key: { ownerId: string; locale: string },
  ): Promise<boolean> {
    const { affected } = await tx.repository(entity).delete(key as FindOptionsWhere<T>);
    return affected === 1;
  }
}
