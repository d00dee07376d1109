import { createHash, createHmac } from 'node:crypto';
import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { ProblemBody } from '@berth/contracts';
import { insertOne, isDuplicateKey, Transactions } from '@berth/mongo';
import { BusCollections, type IdempotencyRow } from './collections.ts';
import type { MessageContext } from './context.ts';
import { problem, ProblemError } from './errors.ts';

const LONGEST_KEY = 255;
/** Refused for now by what somebody can raise at any time. */
const MAY_END: readonly string[] = ['quota_exceeded', 'budget_exceeded'];
const KEPT_MILLISECONDS = 24 * 3_600_000;

/** Answers a repeated request with what the first one was answered. */
@Injectable()
export class Idempotency {
  constructor(
    private readonly collections: BusCollections,
    private readonly clock: Clock,
    @Optional() private readonly transactions?: Transactions,
  ) {}

  /**
   * Runs the work in a transaction together with the record of this key, so that both happen or neither, however
   * many do it at once. Refusals are recorded as well, but for 5xx, 429, `quota_exceeded` and `budget_exceeded`, which may end.
   */
  async once(
    key: string | undefined,
    data: unknown,
    context: MessageContext,
    work: () => Promise<unknown>,
    { secret }: { secret: boolean },
  ): Promise<unknown> {
    if (!this.transactions) throw new Error('Idempotent requests need a database: import MongoModule');
    if (key === undefined) return this.transactions.run(work);
    if (!key || key.length > LONGEST_KEY) throw badKey();
    const record = {
      _id: createHash('sha256')
        .update(`${context.accountId ?? context.actor?.id ?? ''}/${key}`)
        .digest('hex'),
      bodyHash: fingerprint(key, context.type, data),
      expiresAt: new Date(this.clock.now().getTime() + KEPT_MILLISECONDS),
    };
    const earlier = await this.find(record._id);
    if (earlier) return repeat(earlier, record.bodyHash);
    try {
      return await this.transactions.run(async () => {
        await insertOne(this.collections.idempotency, record);
        const answer = await work();
        const stored = secret ? { secretId: idOf(answer) } : { answer: JSON.stringify(answer ?? null) };
        await this.collections.idempotency.updateOne({ _id: record._id }, { $set: stored });
        return answer;
      });
    } catch (error) {
      if (isLasting(error)) return this.refuse(record, error);
      const first = isDuplicateKey(error) ? await this.find(record._id) : undefined;
      if (first) return repeat(first, record.bodyHash);
      throw error;
    }
  }

  private async refuse(record: IdempotencyRow, error: ProblemError): Promise<unknown> {
    try {
      await insertOne(this.collections.idempotency, { ...record, problem: JSON.stringify(error.body) });
    } catch (cause) {
      const first = isDuplicateKey(cause) ? await this.find(record._id) : undefined;
      if (first) return repeat(first, record.bodyHash);
      throw cause;
    }
    throw error;
  }

  /** The record of this key; one that has expired is removed and counts as absent. */
  private async find(_id: string): Promise<IdempotencyRow | undefined> {
    const { idempotency } = this.collections;
    const row = await idempotency.findOne({ _id }).lean();
    if (!row) return undefined;
    if (row.expiresAt > this.clock.now()) return row;
    await idempotency.deleteOne({ _id, expiresAt: row.expiresAt });
    return undefined;
  }
}

function repeat(row: IdempotencyRow, bodyHash: string): unknown {
  if (row.bodyHash !== bodyHash) throw reusedKey();
  if (row.problem) throw new ProblemError(ProblemBody.parse(JSON.parse(row.problem)));
  if (row.secretId !== undefined) throw alreadyCreated(row.secretId);
  return JSON.parse(row.answer ?? 'null');
}

function isLasting(error: unknown): error is ProblemError {
  return (
    error instanceof ProblemError &&
    error.status < 500 &&
    error.status !== 429 &&
    !MAY_END.includes(error.code)
  );
}

/**
 * The same for the same data, whatever order its keys come in. A body may hold a password, of which a plain hash would
 * let whoever reads the database try guesses: this one needs the caller's key too, which is stored as a hash only.
 */
function fingerprint(key: string, type: string, data: unknown): string {
  const text = JSON.stringify([type, data], (_key, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idOf(answer: unknown): string {
  if (isRecord(answer) && typeof answer.id === 'string') return answer.id;
  throw new Error('The answer of a request with `secret` must carry an `id`');
}

const badKey = () =>
  problem('invalid_request', { detail: `An idempotency key has 1 to ${LONGEST_KEY} characters.` });

const reusedKey = () => problem('idempotency_key_reused');

const alreadyCreated = (id: string) => problem('already_created', { extensions: { id } });
