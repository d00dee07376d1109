import { randomUUID } from 'node:crypto';
import { documentSchema, insertOne, isDuplicateKey } from '@berth/mongo';
import type { Connection, Model } from 'mongoose';

interface LeaseDocument {
  /** The aggregate's id. */
  _id: string;
  /** Which process works on it, for operators. */
  holder: string;
  /** The lease's version: another one at every renewal; one that stands still belongs to a holder that is dead. */
  term: number;
}

const leaseSchema = documentSchema<LeaseDocument>(
  { _id: String, holder: { type: String, required: true }, term: { type: Number, required: true } },
  { collection: 'aggregate_leases' },
);

/** The lease was taken over: what its holder still wanted to store is void. */
export class LeaseLost extends Error {
  constructor(id: string) {
    super(`The lease on ${id} was taken over`);
  }
}

export interface LeaseOptions {
  /** A holder is taken for dead when its lease has not changed for so long. */
  leaseSeconds?: number;
}

/** Must differ between a lease and the next one on the same aggregate, so it starts anywhere. */
const firstTerm = () => Math.floor(Math.random() * 2 ** 40);

/**
 * Who may act for an aggregate in the outside world. A lease is expired when its version has not changed for its
 * length on the observer's monotonic clock, so no two clocks are ever compared. It fences nothing outside the database;
 * inside, every result is stored under it: see {@link Lease.renew}.
 */
export class Leases {
  readonly leaseSeconds: number;
  private readonly model: Model<LeaseDocument>;
  private readonly holder = randomUUID();
  /** What was seen of others' leases: the term, and since when, in milliseconds of our monotonic clock. */
  private seen = new Map<string, { term: number; since: number }>();

  constructor(connection: Connection, { leaseSeconds = 10 }: LeaseOptions = {}) {
    this.leaseSeconds = leaseSeconds;
    this.model = connection.model<LeaseDocument>('AggregateLease', leaseSchema);
  }

  /** Null while somebody else holds it. */
  async take(id: string): Promise<Lease | null> {
    const term = firstTerm();
    try {
      await insertOne(this.model, { _id: id, holder: this.holder, term });
      return new Lease(this.model, id, term);
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /**
   * The leases whose holders are dead, or have let go of them without an end (`isHeld` knows what this process holds);
   * called again and again, it needs a lease's length to see that.
   */
  async dead(isHeld: (id: string) => boolean): Promise<DeadLease[]> {
    const now = performance.now();
    const all = await this.model.find().lean();
    const others = all.filter(({ _id, holder }) => holder !== this.holder || !isHeld(_id));
    this.seen = new Map(
      others.map(({ _id, term }) => {
        const before = this.seen.get(_id);
        return [_id, before?.term === term ? before : { term, since: now }];
      }),
    );
    return [...this.seen]
      .filter(([, { since }]) => now - since >= this.leaseSeconds * 1000)
      .map(([id, { term }]) => ({ id, term }));
  }

  /** Removes a dead lease. False when it lives after all, or is gone. */
  async remove({ id, term }: DeadLease): Promise<boolean> {
    const { deletedCount } = await this.model.deleteOne({ _id: id, term });
    return deletedCount > 0;
  }
}

/** A lease as it was when it was seen to be dead. */
export interface DeadLease {
  /** The aggregate's id. */
  id: string;
  term: number;
}

export class Lease {
  constructor(
    private readonly model: Model<LeaseDocument>,
    private readonly id: string,
    private term: number,
  ) {}

  /**
   * Renews the lease and does the work in one transaction, so that nothing is stored once the lease is lost.
   * `transaction` runs its argument in one, perhaps more than once. Throws {@link LeaseLost}.
   */
  async renew<Result>(
    transaction: (work: () => Promise<Result>) => Promise<Result>,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { term } = this;
    const result = await transaction(async () => {
      const { matchedCount } = await this.model.updateOne({ _id: this.id, term }, { $inc: { term: 1 } });
      if (matchedCount === 0) throw new LeaseLost(this.id);
      return work();
    });
    this.term = term + 1;
    return result;
  }

  /** Frees it at once; a failure only means that others wait until it expires. */
  async release(): Promise<void> {
    await this.model.deleteOne({ _id: this.id, term: this.term }).catch(() => {});
  }
}
