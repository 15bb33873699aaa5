import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { newSecretToken } from '../../common/secrets/secret-token.js';

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes and checks passwords with argon2id. */
@Injectable()
export class PasswordHasher {
  private decoy: Promise<string> | undefined;

  /** The argon2id hash of a password, in PHC format. */
  hash(password: string): Promise<string> {
    return hash(password, PARAMETERS);
  }

  /**
   * Checks a password. Without a hash the same work is done, so that the time of
   * an answer does not tell whether an account exists.
   */
  async matches(password: string, passwordHash: string | null): Promise<boolean> {
    this.decoy ??= this.hash(newSecretToken());
    const matched = await verify(passwordHash ?? (await this.decoy), password);
    return matched && passwordHash !== null;
  }
}
