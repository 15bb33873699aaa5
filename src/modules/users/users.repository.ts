import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Repository } from 'typeorm';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { UserEntity } from './user.entity.js';

/** The accounts. */
@Injectable()
export class UsersRepository {
  constructor(@InjectRepository(UserEntity) private readonly users: Repository<UserEntity>) {}

  /** Adds an account; the unique constraint answers for the e-mail (`email_taken`). */
  async insert(tx: Transaction, user: UserEntity): Promise<void> {
    await tx.repository(UserEntity).insert(user);
  }

  /** The account with that id, or `null`. */
  findById(id: string): Promise<UserEntity | null> {
    return this.users.findOneBy({ id });
  }

  /** The account with that e-mail in lower case, or `null`. */
  findByEmail(email: string): Promise<UserEntity | null> {
    return this.users.findOneBy({ email });
  }

  /** Whether there is an administrator. */
  hasAdministrator(): Promise<boolean> {
    return this.users.existsBy({ role: 'admin' });
  }

  /** The people who work for the shop and may sign in, the first of them up to a limit. */
  listStaff(limit: number): Promise<UserEntity[]> {
    return this.users.find({ where: { role: In(['staff', 'admin']), disabledAt: IsNull() }, order: { id: 'ASC' }, take: limit });
  }
}
