import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ServerTransition } from '@berth/contracts';
import { insertAll } from '@berth/mongo';
import type { Model } from 'mongoose';
import { FactModel, type StoredFact } from './fact.model.ts';
import type { Fact } from './intervals.ts';

/** The part of a transition that matters to a bill. */
export const factOf = (transition: ServerTransition): Fact => ({
  serverId: transition.serverId,
  accountId: transition.accountId,
  sequence: transition.sequence,
  at: new Date(transition.at),
  product: transition.product,
  region: transition.region,
  size: transition.size,
  diskGib: transition.diskGib,
  computeBilled: transition.computeBilled,
  diskBilled: transition.diskBilled,
  ...(transition.backupGib && { backupGib: transition.backupGib }),
});

/** Two different transitions under one sequence: one of them is wrong, and a machine can't tell which. */
class ContradictingFact extends Error {
  constructor({ serverId, sequence }: Fact) {
    super(`Transition ${sequence} of ${serverId} contradicts the one already known under this sequence`);
  }
}

/** Transitions as they were told, in whatever order they came. What they say is never changed. */
@Injectable()
export class Facts {
  constructor(@InjectModel(FactModel.name) private readonly facts: Model<StoredFact>) {}

  /** Those of these facts that have not been told before. Throws {@link ContradictingFact}. */
  async unknown(facts: readonly Fact[]): Promise<Fact[]> {
    if (facts.length === 0) return [];
    const found = await this.facts.find({ _id: { $in: facts.map(idOf) } }).lean<StoredFact[]>();
    const known = new Map(found.map((fact) => [fact._id, fact]));
    return facts.filter((fact) => {
      const before = known.get(idOf(fact));
      if (before && !isSame(before, fact)) throw new ContradictingFact(fact);
      return !before;
    });
  }

  /** Stores facts that are not known yet, and are settled in the open transaction. */
  async add(facts: readonly Fact[]): Promise<void> {
    await insertAll(
      this.facts,
      facts.map((fact) => ({ _id: idOf(fact), ...fact, considered: true })),
    );
  }

  /** The facts of a server with a higher sequence, in sequence. */
  after(serverId: string, sequence: number): Promise<StoredFact[]> {
    return this.facts
      .find({ serverId, sequence: { $gt: sequence } })
      .sort({ sequence: 1 })
      .lean<StoredFact[]>();
  }

  /** Notes that a settlement has seen these. */
  async consider(facts: readonly StoredFact[]): Promise<void> {
    const unseen = facts.filter(({ considered }) => !considered).map(({ _id }) => _id);
    if (unseen.length === 0) return;
    await this.facts.updateMany({ _id: { $in: unseen } }, { $set: { considered: true } });
  }

  /** Servers with facts that no settlement has seen: a replica of 0.1.0, which settles them later, has stored them. */
  unconsidered(): Promise<string[]> {
    return this.facts.distinct('serverId', { considered: false });
  }

  /** Whether an account has any that no settlement has seen. */
  async hasUnconsidered(accountId: string): Promise<boolean> {
    return (await this.facts.exists({ considered: false, accountId })) !== null;
  }
}

const idOf = ({ serverId, sequence }: Fact) => `${serverId}/${sequence}`;

/** What a fact leaves out is 0. */
const isSame = (a: Fact, b: Fact) =>
  (Object.keys({ backupGib: 0, ...b }) as (keyof Fact)[]).every(
    (key) => (a[key] ?? 0).valueOf() === (b[key] ?? 0).valueOf(),
  );
