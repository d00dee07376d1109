import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { newId } from '@berth/mongo';
import { BusCollections, type OutboxRow } from './collections.ts';
import { BusDisconnected } from './errors.ts';
import { publishing } from './observed.ts';
import { Publisher, Unroutable } from './publisher.ts';
import { Stopping } from './stopping.ts';

/**
 * How long a row belongs to who stored or claimed it; one that is still there then was left by a crash or a failure,
 * and with the interval it is sent within 10 s. When a confirm takes longer, another replica sends the message too,
 * which its consumers notice.
 */
export const CLAIM_MILLISECONDS = 6_000;
const SWEEP_EVERY_MILLISECONDS = 2_000;
const SWEEP_BATCH = 200;
/** More are left to the sweeper instead of filling memory while the broker is slow. */
const MOST_PENDING = 2_000;
/** Until a command nobody takes is sent again; doubles each time. */
const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** Empties the outbox: at once what was just committed, by sweeping what a crash or a failure left. */
@Injectable()
export class Relay implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private readonly pending = new Set<Promise<void>>();
  private readonly confirmed: string[] = [];
  /** Committed before the relay was opened. */
  private held?: OutboxRow[] = [];
  private removing?: Promise<void>;
  private sweeping?: Promise<void>;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly collections: BusCollections,
    private readonly publisher: Publisher,
    private readonly stopping: Stopping,
  ) {}

  /**
   * Starts sending. The transport calls it once the service's queues are bound, for what a service sends while it
   * starts may be a question, and the answer must find it listening.
   */
  open(): void {
    if (!this.collections.exist) return;
    this.timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MILLISECONDS);
    const held = this.held ?? [];
    this.held = undefined;
    for (const row of held) this.send(row);
    void this.sweep();
  }

  /** Before the database and the bus are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Sends a row that has just been committed. */
  send(row: OutboxRow): void {
    if (this.held) {
      this.held.push(row);
      return;
    }
    if (this.pending.size >= MOST_PENDING) return;
    const sent = this.deliver(row).finally(() => this.pending.delete(sent));
    this.pending.add(sent);
  }

  /** Waits for all that is under way. */
  async flush(): Promise<void> {
    await this.sweeping;
    while (this.pending.size) await Promise.all(this.pending);
    await this.removing;
  }

  /** Sends what is due, batch by batch; does nothing while another sweep of this process runs. */
  sweep(): Promise<void> {
    this.sweeping ??= this.sendDue()
      .catch((error: unknown) => this.logger.error(error, 'The outbox cannot be swept'))
      .finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  private async sendDue(): Promise<void> {
    for (;;) {
      if (!this.publisher.isOpen) return;
      const rows = await this.claimDue();
      await Promise.all(rows.map((row) => this.deliver(row)));
      // A long backlog is no reason to stay: other replicas go on with it, or the next start.
      if (rows.length < SWEEP_BATCH || this.stopping.signal.aborted) return;
    }
  }

  /** Takes due rows for this sweep alone: two replicas never get the same one. */
  private async claimDue(): Promise<OutboxRow[]> {
    const { outbox } = this.collections;
    const now = new Date();
    const due = await outbox
      .find({ dueAt: { $lte: now } }, { _id: 1 })
      .sort({ dueAt: 1 })
      .limit(SWEEP_BATCH)
      .lean();
    if (!due.length) return [];
    const ids = due.map(({ _id }) => _id);
    const claim = newId('msg');
    const dueAt = new Date(now.getTime() + CLAIM_MILLISECONDS);
    await outbox.updateMany({ _id: { $in: ids }, dueAt: { $lte: now } }, { $set: { dueAt, claim } });
    return outbox.find({ _id: { $in: ids }, claim }).lean();
  }

  private async deliver(row: OutboxRow): Promise<void> {
    const { exchange, routingKey, mandatory } = row;
    try {
      await publishing(row, (properties) =>
        this.publisher.publish({ exchange, routingKey, mandatory, properties, body: Buffer.from(row.body) }),
      );
      this.remove(row._id);
    } catch (error) {
      // It stays, and the sweeper finds it when its time comes again.
      if (error instanceof Unroutable) await this.postpone(row, error);
      else if (!(error instanceof BusDisconnected)) this.logger.warn(`${routingKey}: ${String(error)}`);
    }
  }

  private async postpone(row: OutboxRow, error: Error): Promise<void> {
    this.logger.error(`${error.message}; it is kept and sent again`);
    const pause = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** row.attempts);
    setTimeout(() => void this.sweep(), pause).unref();
    await this.collections.outbox
      .updateOne(
        { _id: row._id },
        { $set: { dueAt: new Date(Date.now() + pause), error: error.message }, $inc: { attempts: 1 } },
      )
      .catch((cause: unknown) => this.logger.error(cause, `${row._id} cannot be postponed`));
  }

  /** Confirmed rows are deleted together, so that a busy relay makes one delete for many messages. */
  private remove(id: string): void {
    this.confirmed.push(id);
    this.removing ??= this.removeConfirmed().finally(() => (this.removing = undefined));
  }

  private async removeConfirmed(): Promise<void> {
    while (this.confirmed.length) {
      const ids = this.confirmed.splice(0);
      await this.collections.outbox
        .deleteMany({ _id: { $in: ids } })
        .catch((error: unknown) =>
          this.logger.error(error, 'Sent messages cannot be removed; they are sent again'),
        );
    }
  }
}
