import { Logger } from '@nestjs/common';
import type { Clock } from '@berth/clock';
import type { Transactions } from '@berth/mongo';
import { gauge, inScope, type LogFields, type Origin } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { advance, begin, dueEffect, type Cause, type Hooks, type Transition } from './advance.ts';
import type { Aggregate } from './aggregate.ts';
import { backoffSeconds } from './backoff.ts';
import { checkLifecycle } from './check.ts';
import type { Effect, EffectResult } from './effect.ts';
import { LeaseLost, type Lease, type Leases } from './leases.ts';
import { countTransitions, leaseIsTaken, running } from './observed.ts';
import type { Lifecycle } from './table.ts';

export interface RunnerOptions<
  Doc extends Aggregate<State>,
  State extends string,
  FactName extends string,
  EffectName extends string,
> {
  lifecycle: Lifecycle<Doc, State, FactName, EffectName>;
  effects: Record<EffectName, Effect<Doc>>;
  model: Model<Doc>;
  leases: Leases;
  transactions: Transactions;
  clock: Clock;
  hooks?: Hooks<Doc, State>;
  /** What work on the document belongs to, whoever takes it up whenever: for traces and logs. */
  scopeOf?(doc: Doc): Origin & LogFields;
  /** Runs once in the transaction of every change, before the document is written: events, commands, other documents. */
  changing?(doc: Doc, made: { transition: Transition<State>; after: Doc }[]): Promise<void>;
}

/** The document is not there (any more). */
export class NoSuchAggregate extends Error {
  constructor(id: string) {
    super(`There is no ${id}`);
  }
}

/**
 * Leads documents through their lifecycle. Every change of a document goes through {@link change}, which decides and
 * stores its consequences in one transaction; what they demand of the outside world runs after the commit, under a
 * lease. Whatever is cut off by a crash is found again by the sweep.
 */
export class LifecycleRunner<
  Doc extends Aggregate<State>,
  State extends string,
  FactName extends string = string,
  EffectName extends string = string,
> {
  private readonly logger = new Logger('Lifecycle');
  /** Documents this process works on, and whether to look once more when done. */
  private readonly working = new Map<string, { again: boolean; done: Promise<void> }>();
  private stopped = false;

  constructor(private readonly options: RunnerOptions<Doc, State, FactName, EffectName>) {
    checkLifecycle(options.lifecycle);
    gauge('berth.lifecycle.overdue', async () => [{ value: await this.overdue() }]);
  }

  /** Stores a new document (`sequence` 0) in the initial state, within the open transaction. */
  async create(doc: Doc, cause: Cause): Promise<Doc> {
    const { lifecycle, clock, hooks, model } = this.options;
    const made = begin(lifecycle, doc, clock.now(), cause, hooks);
    await this.options.changing?.(doc, made);
    await model.insertMany([doc]);
    countTransitions(this.options.transactions, made);
    this.workAfterCommit(doc);
    return doc;
  }

  /**
   * Changes the document (`mutate` does it in place, and may refuse by throwing) and moves it as far as that allows:
   * one transaction, joined if one is open. The mutation runs again when the transaction is repeated.
   */
  async change(
    id: string,
    cause: Cause,
    mutate: (doc: Doc) => void | Promise<void> = () => {},
  ): Promise<Doc> {
    const { transactions, model, lifecycle, clock, hooks } = this.options;
    return transactions.run(async () => {
      const doc = await this.find(id);
      if (!doc) throw new NoSuchAggregate(id);
      const before = JSON.stringify(doc);
      await mutate(doc);
      const made = advance(lifecycle, doc, clock.now(), cause, hooks);
      if (JSON.stringify(doc) === before) return doc;
      await this.options.changing?.(doc, made);
      const { _id, version, ...fields } = doc;
      const { matchedCount } = await model
        .updateOne({ _id, version } as never, { $set: fields, $inc: { version: 1 } } as never)
        .setOptions({ crossTenant: true });
      if (matchedCount === 0) throw new Error(`${id} was changed by somebody else within a transaction`);
      countTransitions(transactions, made);
      this.workAfterCommit(doc);
      return { ...doc, version: version + 1 };
    });
  }

  /** Runs the effects that are due, one after another, until there is none; at once, in this process. Never throws. */
  work(id: string): Promise<void> {
    const current = this.working.get(id);
    if (current) {
      current.again = true;
      return current.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    this.working.set(id, entry);
    entry.done = this.workWhileAsked(id, entry);
    return entry.done;
  }

  /** Takes up all that is due: effects, deadlines, facts of time, and what dead replicas left. */
  async sweep(): Promise<void> {
    const { model, clock, leases } = this.options;
    await leases.reap();
    const due = await model
      .find({ nextLookAt: { $lte: clock.now() } } as never)
      .sort({ nextLookAt: 1 })
      .limit(MOST_PER_SWEEP)
      .setOptions({ crossTenant: true })
      .lean<Doc[]>();
    await Promise.all(due.map((doc) => this.inScopeOf(doc, () => this.lookAgain(doc._id))));
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.working.values()].map(({ done }) => done));
  }

  private async lookAgain(id: string): Promise<void> {
    if (this.working.has(id)) return;
    try {
      await this.change(id, { kind: 'system', id: null, text: 'found by the sweep' });
      void this.work(id);
    } catch (error) {
      this.logger.error(error, `${id} could not be looked after`);
    }
  }

  private workAfterCommit(doc: Doc): void {
    if (!this.dueEffect(doc)) return;
    this.options.transactions.afterCommit(() => void this.work(doc._id));
  }

  private async workWhileAsked(id: string, entry: { again: boolean }): Promise<void> {
    try {
      do {
        entry.again = false;
        await this.workUnderLease(id);
      } while (entry.again && !this.stopped);
    } catch (error) {
      if (error instanceof LeaseLost) this.logger.warn(error.message);
      else this.logger.error(error, `Work on ${id} was cut off; the sweep takes it up`);
    } finally {
      this.working.delete(id);
    }
  }

  private async workUnderLease(id: string): Promise<void> {
    const found = await this.find(id);
    if (this.stopped || !found || !this.dueEffect(found)) return;
    await this.inScopeOf(found, () => this.runDueEffects(id));
  }

  private async runDueEffects(id: string): Promise<void> {
    const lease = await this.options.leases.take(id);
    if (!lease) return leaseIsTaken();
    try {
      let doc = await this.find(id);
      for (let name = doc && this.dueEffect(doc); doc && name && !this.stopped; name = this.dueEffect(doc)) {
        const [effect, before] = [name, doc];
        doc = await running(effect, (failed) => this.runEffect(effect, before, lease, failed));
      }
    } finally {
      await lease.release();
    }
  }

  /** Runs one effect and stores what came of it, under the lease. */
  private async runEffect(
    name: EffectName,
    doc: Doc,
    lease: Lease,
    failed: (error: unknown) => void,
  ): Promise<Doc> {
    const { effects, leases, clock } = this.options;
    const save = async (cause: string, mutate: (doc: Doc) => void) => {
      await this.store(doc._id, lease, cause, mutate);
    };
    let result: EffectResult<Doc>;
    try {
      const signal = AbortSignal.timeout((leases.leaseSeconds * 1000) / 2);
      result = await effects[name](doc, { signal, save });
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      failed(error);
      result = unknownOutcome(error);
      this.logger.warn(`${doc._id} ${name}: ${result.error ?? ''}`);
    }
    return this.store(doc._id, lease, result.text, async (now) => {
      await result.store?.(now);
      const isElsewhere = now.sequence !== doc.sequence || now.progress.step !== doc.progress.step;
      if (isElsewhere) return;
      const failures = result.error ? now.progress.failures + 1 : 0;
      const seconds = result.againInSeconds ?? (result.error ? backoffSeconds(failures) : PATIENCE_SECONDS);
      now.progress = {
        ...now.progress,
        failures,
        error: result.error ?? null,
        retryAt: new Date(clock.now().getTime() + seconds * 1000),
      };
    });
  }

  private store(
    id: string,
    lease: Lease,
    text: string,
    mutate: (doc: Doc) => void | Promise<void>,
  ): Promise<Doc> {
    const { transactions } = this.options;
    const cause: Cause = { kind: 'system', id: null, text };
    return lease.renew(
      (work) => transactions.run(work),
      () => this.change(id, cause, mutate),
    );
  }

  private inScopeOf<Result>(doc: Doc, work: () => Result): Result {
    return inScope(this.options.scopeOf?.(doc) ?? {}, work);
  }

  private overdue(): Promise<number> {
    const { model, clock } = this.options;
    const before = new Date(clock.now().getTime() - OVERDUE_MILLISECONDS);
    return model.countDocuments({ nextLookAt: { $lte: before } } as never).setOptions({ crossTenant: true });
  }

  private dueEffect(doc: Doc): EffectName | null {
    return dueEffect(this.options.lifecycle, doc, this.options.clock.now()) as EffectName | null;
  }

  private find(id: string): Promise<Doc | null> {
    return this.options.model
      .findOne({ _id: id } as never)
      .setOptions({ crossTenant: true })
      .lean<Doc | null>();
  }
}

const MOST_PER_SWEEP = 100;
/** The sweep looks every second: what it has not taken up after so long, nobody does. */
const OVERDUE_MILLISECONDS = 10_000;
/** An effect whose success nobody reported yet is repeated so much later: it looks first, so that costs one look. */
const PATIENCE_SECONDS = 30;

function unknownOutcome(error: unknown): { text: string; error: string } {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { text, error: text.slice(0, 500) };
}
