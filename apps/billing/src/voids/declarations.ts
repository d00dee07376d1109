import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, DeclareVoid, ListVoids, ReplyOf, Void, WithdrawVoid } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne, isId, newId, pageOf, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { compareCostBy } from '../prices/dearer.ts';
import { Terms } from '../terms/terms.ts';
import { Intervals } from '../usage/interval-store.ts';
import { Metering } from '../usage/metering.ts';
import { spansOf, type Voided } from '../usage/minutes.ts';
import { VoidModel, type VoidDocument } from './void.model.ts';
import { isInForce, Voids } from './voids.ts';

const MINUTE = 60_000;

/** What staff decide about what is not billed. */
@Injectable()
export class Declarations {
  constructor(
    @InjectModel(VoidModel.name) private readonly documents: Model<VoidDocument>,
    private readonly voids: Voids,
    private readonly intervals: Intervals,
    private readonly terms: Terms,
    private readonly metering: Metering,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({ accountId, cursor, limit }: DataOf<typeof ListVoids>): Promise<ReplyOf<typeof ListVoids>> {
    if (cursor !== undefined && !isId('vod', cursor)) throw problem('invalid_cursor');
    const found = await this.documents
      .find({ accountId, ...(cursor && { _id: { $lt: cursor } }) })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<VoidDocument[]>();
    return pageOf(found, limit, { item: shown, cursor: ({ _id }) => _id });
  }

  /** In the open transaction; the records follow after its commit. Throws 404 `not_found`, 400 `invalid_request`, 409 `invalid_state`. */
  async declare({ accountId, declared }: DataOf<typeof DeclareVoid>): Promise<Void> {
    const { serverId, meter, reason } = declared;
    const minutes = { meter, from: new Date(declared.from), to: new Date(declared.to) };
    const now = this.clock.now();
    if (minutes.to > now) throw notOver();
    const quantity = await this.billedIn(accountId, serverId, minutes);
    if (quantity === 0) throw problem('invalid_state', { detail: 'Nothing is billed in these minutes.' });
    const made: VoidDocument = {
      _id: newId('vod'),
      accountId,
      serverId,
      ...minutes,
      quantity,
      reason,
      declaredAt: now,
      withdrawnAt: null,
      settled: false,
    };
    await insertOne(this.documents, made);
    this.transactions.afterCommit(() => this.metering.settle(serverId));
    return shown(made);
  }

  /** The records follow after the commit. Throws 404 `not_found`, 409 `invalid_state`. */
  withdraw({ accountId, voidId }: DataOf<typeof WithdrawVoid>): Promise<Void> {
    return this.transactions.run(async () => {
      const withdrawn = await this.documents
        .findOneAndUpdate(
          { _id: voidId, accountId, withdrawnAt: null },
          { $set: { withdrawnAt: this.clock.now(), settled: false } },
          { returnDocument: 'after' },
        )
        .lean<VoidDocument | null>();
      if (!withdrawn) {
        const isThere = await this.documents.exists({ _id: voidId, accountId });
        throw isThere ? problem('invalid_state', { detail: 'It is withdrawn.' }) : problem('not_found');
      }
      this.transactions.afterCommit(() => this.metering.settle(withdrawn.serverId));
      return shown(withdrawn);
    });
  }

  private async billedIn(accountId: string, serverId: string, { meter, from, to }: Voided): Promise<number> {
    const all = await this.intervals.reaching(serverId, new Date(0));
    if (!all.some((interval) => interval.accountId === accountId)) throw problem('not_found');
    const compareCost = compareCostBy(await this.terms.pricesOf(accountId));
    const voided = (await this.voids.of(serverId)).filter(isInForce);
    return spansOf(all, compareCost, voided)
      .filter(({ interval }) => interval.meter === meter)
      .reduce((sum, span) => {
        const milliseconds = Math.min(span.to, to.getTime()) - Math.max(span.from, from.getTime());
        return sum + (Math.max(0, milliseconds) / MINUTE) * span.interval.unitsPerMinute;
      }, 0);
  }
}

function shown({ _id: id, serverId, meter, quantity, reason, ...times }: VoidDocument): Void {
  return {
    id,
    serverId,
    meter,
    from: times.from.toISOString(),
    to: times.to.toISOString(),
    quantity,
    reason,
    declaredAt: times.declaredAt.toISOString(),
    withdrawnAt: times.withdrawnAt?.toISOString() ?? null,
  };
}

const notOver = () =>
  problem('invalid_request', { errors: [{ pointer: '/to', detail: 'must not lie in the future' }] });
