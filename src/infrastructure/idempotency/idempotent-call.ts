import { seal, unseal } from '../../common/secrets/sealed-answer.js';
import { Problem, problem } from '../../common/problems/problem.js';
import { Refusal, sqlState } from '../database/database.js';
import type { Recovered, TransactionScope } from '../database/transaction-scope.js';
import type { Transaction } from '../database/transaction.js';
import type { Claim, IdempotencyRepository } from './idempotency.repository.js';

/** Thrown out of the first transaction when the call was answered before. */
export class Replay extends Error {
  override readonly name = 'Replay';

  constructor(readonly body: unknown) {
    super('The call was answered before.');
  }
}

type Kept =
  | { readonly kind: 'answer' | 'checkpoint'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly value: Pick<Problem, 'code' | 'extras' | 'faults' | 'message'> };

/** Where the kept results come from and how they are sealed: only the holder of the key can open them. */
export interface KeptResults {
  readonly repository: IdempotencyRepository;
  readonly secret: string;
  readonly key: string;
}

/** One call under an Idempotency-Key, taking part in each of its transactions. */
export class IdempotentCall implements TransactionScope {
  /** What the last transaction answered; `undefined` before. */
  answer: { readonly body: unknown } | undefined;
  private claimed = false;
  private claimCommitted = false;

  constructor(
    private readonly claim: Claim,
    private readonly kept: KeptResults,
  ) {}

  /** True between a committed claim and the answer: the call has had effects and is not done. */
  get halfDone(): boolean {
    return this.claimCommitted && this.answer === undefined;
  }

  /**
   * Claims the key, or finds what an earlier call has left.
   *
   * @throws Replay when the call was answered before; Problem `idempotency_key_reused` (422),
   * `idempotency_in_flight` (409)
   */
  async begin(tx: Transaction): Promise<Recovered> {
    if (this.claimCommitted) return { done: false };
    const found = await this.claimKey(tx);
    if (!found.sameRequest) throw problem('idempotency_key_reused');
    const result = found.sealedResult ? this.open(found.sealedResult) : null;
    if (found.answered && result) throw replay(result);
    if (!found.mine) throw problem('idempotency_in_flight');
    this.claimed = true;
    return result ? { done: true, result: result.value } : { done: false };
  }

  /** Keeps the result with the key, in the transaction that made it. */
  finish(tx: Transaction, { result, checkpoint }: { result: unknown; checkpoint: boolean }): void {
    const kept = toKept(result, checkpoint);
    tx.onBeforeCommit(this, (open) =>
      this.kept.repository.store(open, {
        keyHash: this.claim.keyHash,
        attempt: this.claim.attempt,
        sealed: seal(JSON.stringify(kept), this.kept.secret, this.kept.key),
        answered: kept.kind !== 'checkpoint',
      }),
    );
    this.answer = kept.kind === 'answer' ? { body: result } : undefined;
  }

  /** Remembers that the claim stands. */
  committed(): void {
    this.claimCommitted = this.claimed;
  }

  private async claimKey(tx: Transaction) {
    try {
      return await this.kept.repository.claim(tx, this.claim);
    } catch (error) {
      if (sqlState(error) === '55P03') throw problem('idempotency_in_flight');
      throw error;
    }
  }

  private open(sealed: Buffer): Kept {
    return JSON.parse(unseal(sealed, this.kept.secret, this.kept.key)) as Kept;
  }
}

function toKept(result: unknown, checkpoint: boolean): Kept {
  if (result instanceof Refusal) {
    const { code, extras, faults, message } = result.problem;
    return { kind: 'problem', value: { code, extras, faults, message } };
  }
  return { kind: checkpoint ? 'checkpoint' : 'answer', value: result };
}

function replay(result: Kept): Replay {
  if (result.kind !== 'problem') return new Replay(result.value);
  const { code, extras, faults, message } = result.value;
  return new Replay(new Problem(code, extras, faults, message));
}
