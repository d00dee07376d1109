import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Connection, Model } from 'mongoose';
import { isDuplicateKey } from './duplicate-key.ts';
import { insertOne } from './insert.ts';
import { documentSchema } from './schema.ts';

/** Who does a piece of work. The version changes with every renewal: a holder whose version stands still is dead. */
interface Lease {
  _id: string;
  holder: string | null;
  version: number;
}

const leaseSchema = documentSchema<Lease>(
  { _id: String, holder: { type: String, default: null } },
  { collection: 'leases' },
);

export interface LeaderOptions {
  /** A dead leader is replaced this much later. */
  leaseSeconds?: number;
}

/**
 * Runs a piece of work in one of all replicas at a time, under a lease in the service's database. No wall clock is
 * compared: a lease is free once its version has not changed for its length on the observer's own monotonic clock.
 *
 * The work gets a signal that aborts when the tenure ends (stop, lease lost, database away for most of a lease) and
 * returns soon after. When it returns or throws by itself, the lease is given up and, a moment later, sought again.
 * A lease fences nothing: a process that was frozen may still act after it lost its tenure, so what it writes must
 * be conditional on what it read.
 */
export class Leader {
  private readonly logger = new Logger(Leader.name);
  private readonly leases: Model<Lease>;
  private readonly holder = randomUUID();
  private readonly leaseMilliseconds: number;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private seen = { version: -1, since: 0 };

  constructor(
    connection: Connection,
    /** Names the work, the same in all replicas: `sweep`. */
    readonly name: string,
    private readonly work: (tenure: AbortSignal) => Promise<void>,
    { leaseSeconds = 10 }: LeaderOptions = {},
  ) {
    this.leases = connection.models['Lease'] ?? connection.model<Lease>('Lease', leaseSchema);
    this.leaseMilliseconds = leaseSeconds * 1000;
  }

  start(): void {
    this.running = this.seek();
  }

  /** Ends the tenure, waits for the work to return and frees the lease, so that another replica takes over at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async seek(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const version = await this.acquire().catch((error: unknown) => this.logger.warn(error));
      if (version != null) await this.lead(version);
      await delay(this.leaseMilliseconds / 5, undefined, { signal }).catch(() => {});
    }
  }

  /** The version under which the lease is now ours; undefined while somebody else has it. */
  private async acquire(): Promise<number | undefined> {
    const lease = await this.leases.findById(this.name).lean();
    if (!lease) return this.found();
    const taken = lease.holder !== null && lease.holder !== this.holder;
    if (taken && !this.isDead(lease)) return undefined;
    return this.advance(lease.version, { holder: this.holder });
  }

  private async found(): Promise<number | undefined> {
    try {
      await insertOne(this.leases, { _id: this.name, holder: this.holder });
      return 0;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  private isDead({ version }: Lease): boolean {
    const now = performance.now();
    if (version !== this.seen.version) this.seen = { version, since: now };
    return now - this.seen.since >= this.leaseMilliseconds;
  }

  private async lead(version: number): Promise<void> {
    const tenure = new AbortController();
    const end = () => tenure.abort();
    this.stopping.signal.addEventListener('abort', end);
    if (this.stopping.signal.aborted) end();
    const renewing = this.renew(version, tenure);
    try {
      await this.work(tenure.signal);
    } catch (error) {
      if (!tenure.signal.aborted) this.logger.error(error, `${this.name} failed and starts again`);
    } finally {
      end();
      this.stopping.signal.removeEventListener('abort', end);
      const last = await renewing;
      await this.advance(last, { holder: null }).catch(() => {});
    }
  }

  /** Renews until the tenure ends; ends it when the lease is lost. Returns the last version that was ours. */
  private async renew(version: number, tenure: AbortController): Promise<number> {
    const expire = (milliseconds: number) => setTimeout(() => tenure.abort(), milliseconds);
    let expiry = expire(this.tenureMilliseconds);
    while (!tenure.signal.aborted) {
      await delay(this.leaseMilliseconds / 4, undefined, { signal: tenure.signal }).catch(() => {});
      if (tenure.signal.aborted) break;
      const startedAt = performance.now();
      try {
        const next = await this.advance(version, {});
        if (next === undefined) tenure.abort();
        else version = next;
        clearTimeout(expiry);
        expiry = expire(startedAt + this.tenureMilliseconds - performance.now());
      } catch (error) {
        this.logger.warn(error, `The lease ${this.name} could not be renewed`);
      }
    }
    clearTimeout(expiry);
    return version;
  }

  /** How long after a renewal we still act on it: well before others may take the lease. */
  private get tenureMilliseconds(): number {
    return this.leaseMilliseconds * 0.75;
  }

  /** Raises the version if it is still this one; undefined when somebody else did. */
  private async advance(version: number, change: Partial<Lease>): Promise<number | undefined> {
    const { matchedCount } = await this.leases.updateOne(
      { _id: this.name, version },
      { $set: change, $inc: { version: 1 } },
    );
    return matchedCount === 1 ? version + 1 : undefined;
  }
}
