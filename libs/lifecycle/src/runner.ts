import { Logger } from '@nestjs/common';
import type { Clock } from '@berth/clock';
import { insertOne, type Transactions } from '@berth/mongo';
import { gauge, inScope, type LogFields, type Origin } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { advance, begin, dueEffect, type Cause, type Hooks, type Transition } from './advance.ts';
import type { Aggregate } from './aggregate.ts';
import { checkLifecycle } from './check.ts';
import { dueFairly } from './due.ts';
import type { Effect } from './effect.ts';
import { failedAgain } from './failing.ts';
import { LeaseLost, type DeadLease, type Leases } from './leases.ts';
import { Lines, type Allowance } from './lines.ts';
import { countTransitions, leaseIsTaken } from './observed.ts';
import { Places } from './places.ts';
import type { Lifecycle } from './table.ts';
import { Worker } from './worker.ts';

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
  /** The field that names whose a document is: owners take turns when there is more to do than can be done at once. */
  fairBy?: keyof Doc & string;
  /** Effects that make a scarce call wait for it in line; see {@link Lines}. Index `progress.waitsIn`, `fairBy`, `_id`. */
  lines?: { of(effect: EffectName, doc: Readonly<Doc>): string | null; allowance: Allowance };
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
  private readonly places = new Places(MOST_AT_ONCE, MOST_OF_ONE_OWNER);
  private readonly looks = new Places(MOST_AT_ONCE, MOST_OF_ONE_OWNER);
  private readonly lines?: Lines<Doc>;
  private readonly worker: Worker<Doc, State, FactName, EffectName>;
  private readonly hooks: Hooks<Doc, State>;
  private readonly fairBy: keyof Doc & string;
  private stopped = false;

  constructor(private readonly options: RunnerOptions<Doc, State, FactName, EffectName>) {
    const { lifecycle, model, lines, fairBy = '_id' } = options;
    checkLifecycle(lifecycle);
    this.fairBy = fairBy;
    if (lines) {
      const { allowance } = lines;
      this.lines = new Lines({ model, fairBy, allowance, call: (doc, line) => this.call(doc, line) });
    }
    this.hooks = { ...options.hooks, lineFor: (doc, effect) => this.lineFor(doc, effect as EffectName) };
    this.worker = new Worker(options, {
      lines: this.lines,
      change: (id, cause, mutate) => this.change(id, cause, mutate),
      find: (id) => this.find(id),
      dueEffect: (doc) => this.dueEffect(doc),
      isStopped: () => this.stopped,
    });
    gauge('berth.lifecycle.overdue', async () => [{ value: await this.overdue() }]);
  }

  /** Stores a new document (`sequence` 0) in the initial state, within the open transaction. */
  async create(doc: Doc, cause: Cause): Promise<Doc> {
    const { lifecycle, clock, model } = this.options;
    const made = begin(lifecycle, doc, clock.now(), cause, this.hooks);
    await this.options.changing?.(doc, made);
    await insertOne(model, doc);
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
    const { transactions, model, lifecycle, clock } = this.options;
    return transactions.run(async () => {
      const doc = await this.find(id);
      if (!doc) throw new NoSuchAggregate(id);
      const before = JSON.stringify(doc);
      const { alarmSince } = doc.progress;
      await mutate(doc);
      const made = advance(lifecycle, doc, clock.now(), cause, this.hooks);
      if (JSON.stringify(doc) === before) return doc;
      await this.options.changing?.(doc, made);
      const { _id, version, ...fields } = doc;
      const { matchedCount } = await model
        .updateOne({ _id, version } as never, { $set: fields, $inc: { version: 1 } } as never)
        .setOptions({ crossTenant: true });
      if (matchedCount === 0) throw new Error(`${id} was changed by somebody else within a transaction`);
      countTransitions(transactions, made);
      this.tellOfAlarm(alarmSince ?? null, doc);
      this.workAfterCommit(doc);
      return { ...doc, version: version + 1 };
    });
  }

  /** Takes it up at once, whatever its back-off: facts are looked at, and the current step's effect runs. */
  nudge(id: string, cause: Cause): Promise<Doc> {
    return this.change(id, cause, (doc) => {
      if (doc.progress.retryAt) doc.progress = { ...doc.progress, retryAt: this.options.clock.now() };
    });
  }

  /** Runs the effects that are due, one after another, until there is none; in this process, in its owner's turn. Never throws. */
  work(id: string, owner = id): Promise<void> {
    return this.begin(id, () => this.places.run(owner, () => this.workUnderLease(id)));
  }

  /** Takes up all that is due: effects, deadlines, facts of time, and what dead replicas left. */
  async sweep(): Promise<void> {
    const { model, clock, leases } = this.options;
    for (const lease of await leases.dead((id) => this.working.has(id))) await this.takeOver(lease);
    await this.lines?.sweep();
    const due = await dueFairly(model, { now: clock.now(), fairBy: this.fairBy, except: this.working });
    await Promise.all(due.map(({ id, owner }) => this.looks.run(owner, () => this.lookAgain(id, owner))));
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.lines?.stop();
    await Promise.all([...this.working.values()].map(({ done }) => done));
  }

  /**
   * From a holder that has died, or could not store what it did: what its effect has done is not known, which counts
   * as a failure of it.
   */
  private takeOver(lease: DeadLease): Promise<void> {
    const { transactions, leases, clock } = this.options;
    const cause: Cause = { kind: 'system', id: null, text: CUT_OFF };
    return transactions.run(async () => {
      if (!(await leases.remove(lease)) || !(await this.find(lease.id))) return;
      await this.change(lease.id, cause, (doc) => {
        if (doc.progress.retryAt)
          doc.progress = {
            ...doc.progress,
            ...failedAgain(doc.progress, { error: CUT_OFF, at: clock.now(), mayBeDone: true }),
          };
      });
    });
  }

  private async lookAgain(id: string, owner: string): Promise<void> {
    if (this.stopped || this.working.has(id)) return;
    try {
      await this.change(id, { kind: 'system', id: null, text: 'found by the sweep' });
      void this.work(id, owner);
    } catch (error) {
      this.logger.error(error, `${id} could not be looked after`);
    }
  }

  /** One line when it begins, one when it is over; the change of the document makes sure that only one replica writes it. */
  private tellOfAlarm(before: Date | null, doc: Doc): void {
    const { alarmSince, alarmReason, step, deadlineAt, failures, error } = doc.progress;
    if (!before === !alarmSince) return;
    const fields = { id: doc._id, state: doc.status, step, alarmReason, alarmSince: alarmSince ?? before };
    this.options.transactions.afterCommit(() =>
      this.inScopeOf(doc, () => {
        if (alarmSince) this.logger.error({ ...fields, deadlineAt, failures, error }, `${doc._id} is stuck`);
        else this.logger.log(fields, `${doc._id} is no longer stuck`);
      }),
    );
  }

  private workAfterCommit(doc: Doc): void {
    const { waitsIn } = doc.progress;
    if (waitsIn != null) this.options.transactions.afterCommit(() => this.lines?.serve(waitsIn));
    if (!this.dueEffect(doc)) return;
    const owner = String(doc[this.fairBy]);
    this.options.transactions.afterCommit(() => void this.work(doc._id, owner));
  }

  /** A step that comes up behind those who wait stands in line without asking first. */
  private lineFor(doc: Readonly<Doc>, effect: EffectName): string | null {
    const line = this.options.lines?.of(effect, doc) ?? null;
    return line !== null && this.lines?.isWaiting(line) ? line : null;
  }

  /** Who works on the document already looks once more when done. */
  private begin(id: string, work: () => Promise<void>): Promise<void> {
    const current = this.working.get(id);
    if (current) {
      current.again = true;
      return current.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    this.working.set(id, entry);
    entry.done = this.workWhileAsked(id, entry, work);
    return entry.done;
  }

  private async workWhileAsked(
    id: string,
    entry: { again: boolean },
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await work();
      while (entry.again && !this.stopped) {
        entry.again = false;
        await this.workUnderLease(id);
      }
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
    await this.inScopeOf(found, async () => {
      const lease = await this.options.leases.take(id);
      if (!lease) return leaseIsTaken();
      await this.worker.run(id, lease);
      await lease.release();
    });
  }

  /** Its turn in the line has come, and a call is granted. Resolves, as soon as it is known, whether it takes it. */
  private call(doc: Doc, line: string): Promise<boolean> {
    const { _id: id } = doc;
    if (this.stopped || this.working.has(id)) return Promise.resolve(false);
    return new Promise((taken) => {
      const work = () => this.inScopeOf(doc, () => this.workInTurn(id, line, taken));
      void this.begin(id, work).finally(() => taken(false));
    });
  }

  private async workInTurn(id: string, line: string, taken: (isTaken: boolean) => void): Promise<void> {
    const lease = await this.options.leases.take(id);
    if (!lease) return leaseIsTaken();
    if (await this.worker.leaveLine(id, line, lease)) {
      taken(true);
      await this.worker.run(id, lease, line);
    }
    await lease.release();
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

/** What an operator reads of it. */
const CUT_OFF = 'its work was cut off';

/** Documents a process works on at once, and of one owner: what a database and AWS's buckets take anyway. */
const MOST_AT_ONCE = 100;
const MOST_OF_ONE_OWNER = 25;
/** The sweep looks every second: what it has not taken up after so long, nobody does. */
const OVERDUE_MILLISECONDS = 10_000;
