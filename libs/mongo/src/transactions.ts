import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { inChildSpan, type SpanOptions } from '@berth/telemetry';
import type { ClientSession, Connection } from 'mongoose';

type AfterCommit = () => void | Promise<void>;

interface OpenTransaction {
  session: ClientSession;
  afterCommit: AfterCommit[];
}

const current = new AsyncLocalStorage<OpenTransaction>();

/** Of the transaction that is open where this is called. */
export const openSession = (): ClientSession | undefined => current.getStore()?.session;

/**
 * Transactions of the service's database. Everything awaited inside `run` uses its session by itself:
 * models, queries, the outbox. Work runs again when the database reports a transient conflict, so it does nothing
 * outside the database but through {@link afterCommit}.
 */
@Injectable()
export class Transactions {
  private readonly logger = new Logger(Transactions.name);
  private readonly span: SpanOptions;

  constructor(@InjectConnection() private readonly connection: Connection) {
    const attributes = { 'db.system.name': 'mongodb', 'db.namespace': connection.name };
    this.span = { name: 'transaction', kind: 'client', attributes };
  }

  /** Runs the work in the open transaction, or in a new one that commits when it resolves and aborts when it throws. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.inTransaction() ? work() : this.begin(work);
  }

  /**
   * Runs the work in a new transaction, but does not start again when the database reports a conflict: it throws
   * {@link NotBegunAgain} then. For work that has another way to be done.
   */
  async once<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.inTransaction()) throw new Error('The open transaction would be the one to start again');
    let begun = false;
    let cause: unknown;
    return this.begin(async () => {
      if (begun) throw new NotBegunAgain(cause);
      begun = true;
      try {
        return await work();
      } catch (error) {
        cause = error;
        throw error;
      }
    });
  }

  private async begin<Result>(work: () => Promise<Result>): Promise<Result> {
    let afterCommit: AfterCommit[] = [];
    const result = await inChildSpan(this.span, () =>
      this.connection.transaction((session) => {
        afterCommit = [];
        return current.run({ session, afterCommit }, work);
      }),
    );
    for (const then of afterCommit) await this.finish(then);
    return result as Result;
  }

  inTransaction(): boolean {
    return current.getStore() !== undefined;
  }

  /** Of the open transaction, for calls of the raw driver, which do not find it by themselves. */
  get session(): ClientSession | undefined {
    return openSession();
  }

  /** Runs once after the commit of the open transaction, never when it aborts; its failure is logged, nothing more. */
  afterCommit(then: AfterCommit): void {
    const transaction = current.getStore();
    if (!transaction) throw new Error('afterCommit is only possible inside a transaction');
    transaction.afterCommit.push(then);
  }

  private async finish(then: AfterCommit): Promise<void> {
    try {
      await then();
    } catch (error) {
      this.logger.error(error, 'What was to run after a commit failed');
    }
  }
}

/** The work of {@link Transactions.once} was in conflict with another transaction; `cause` is what the database said, if the work failed of it. */
export class NotBegunAgain extends Error {
  constructor(cause: unknown) {
    super('The transaction was in conflict with another one', { cause });
  }
}
