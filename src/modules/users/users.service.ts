import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { USER_REGISTERED } from './user.events.js';
import { toUser } from './user.mapper.js';
import type { NewUser, User } from './user.schema.js';
import { UsersRepository } from './users.repository.js';

const MAX_STAFF_MAILED = 100;

/** What a sign-in is checked against. */
export interface Credentials {
  readonly userId: string;
  readonly passwordHash: string;
  readonly disabled: boolean;
}

/** The people who have an account. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes an account.
   *
   * @throws Problem `email_taken` (409)
   */
  async create(tx: Transaction, user: NewUser): Promise<User> {
    const now = this.clock.now();
    const row = { ...user, id: uuidv7(), disabledAt: null, createdAt: now, updatedAt: now };
    await this.users.insert(tx, row);
    this.outbox.append(tx, domainEvent(USER_REGISTERED, row.id, { userId: row.id }));
    return toUser(row);
  }

  /**
   * A person with an account.
   *
   * @throws Problem `not_found` (404)
   */
  async get(id: string): Promise<User> {
    const row = await this.users.findById(id);
    if (!row) throw problem('not_found');
    return toUser(row);
  }

  /** What the sign-in of an e-mail is checked against, or `null`. */
  async findCredentials(email: string): Promise<Credentials | null> {
    const row = await this.users.findByEmail(email);
    return row && { userId: row.id, passwordHash: row.passwordHash, disabled: row.disabledAt !== null };
  }

  /** Whether the shop has an administrator. */
  hasAdministrator(): Promise<boolean> {
    return this.users.hasAdministrator();
  }

  /** The e-mail addresses of the people who work for the shop, 100 at most. */
  async listStaffEmails(): Promise<string[]> {
    return (await this.users.listStaff(MAX_STAFF_MAILED)).map(({ email }) => email);
  }
}
