import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { RecordInSync, RecordRefused } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { currentOrigin, inScope } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { HostRecordModel, type HostRecord } from './record.model.ts';
import { Wakeup } from './wakeup.ts';
import { isHostOf, type Wish } from './wish.ts';

export type Wished = Pick<HostRecord, 'ip' | 'status' | 'sequence'>;

/** What hosts shall be. Every change and the event that tells of it are one transaction. */
@Injectable()
export class Records {
  constructor(
    @InjectModel(HostRecordModel.name) private readonly records: Model<HostRecord>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly wakeup: Wakeup,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Takes a wish. An older one than is known is ignored, an equal one is answered again; two different addresses under
   * one sequence can only be a correction, so the later arrival holds.
   */
  async wish(wish: Wish): Promise<void> {
    if (!isHostOf(this.config.zone, wish.host)) return this.sayRefused(wish, 'OutsideZone');
    const known = await this.records.findById(wish.host).lean();
    if (known && wish.sequence < known.sequence) return;
    if (known?.status === 'in_sync' && known.ip === wish.ip) return this.confirm(wish);
    if (known?.sequence === wish.sequence && known.ip === wish.ip) return this.answer(known);
    await this.replace(wish);
  }

  /** Wishes that the zone does not fulfil yet, oldest first. */
  pending(limit: number): Promise<HostRecord[]> {
    return this.records.find({ status: 'pending' }).sort({ wantedAt: 1 }).limit(limit).lean();
  }

  /** Whether there is anything to write. */
  async anyPending(): Promise<boolean> {
    return (await this.records.exists({ status: 'pending' })) !== null;
  }

  /** The zone serves these addresses everywhere. Hosts that are wished otherwise by now stay pending. */
  async fulfilled(zone: ReadonlyMap<string, string | null>): Promise<void> {
    await this.transactions.run(async () => {
      const fulfilled = await this.stillWished(zone);
      const hosts = fulfilled.map(({ _id }) => _id);
      await this.records.updateMany({ _id: { $in: hosts } }, { $set: { status: 'in_sync' } });
      for (const record of fulfilled)
        await inScopeOf(record, () => this.sayInSync({ ...record, host: record._id }));
    });
  }

  /** Route 53 does not take this address, or null: does not take the removal. */
  async refused(host: string, ip: string | null, code: string): Promise<void> {
    await this.transactions.run(async () => {
      for (const record of await this.stillWished(new Map([[host, ip]]))) {
        await this.records.updateOne({ _id: host }, { $set: { status: 'refused', refusal: code } });
        await inScopeOf(record, () => this.sayRefused({ ...record, host }, code));
      }
    });
  }

  /** A removal was refused; returns how often that has happened to the wish. */
  async countRefusedRemoval(host: string): Promise<number> {
    const counted = await this.records
      .findOneAndUpdate({ _id: host }, { $inc: { refusedRemovals: 1 } }, { returnDocument: 'after' })
      .lean();
    return counted?.refusedRemovals ?? 0;
  }

  /** Makes the zone writer send these hosts again, whatever is known of them. */
  async doubt(hosts: readonly string[]): Promise<void> {
    await this.records.updateMany({ _id: { $in: [...hosts] } }, { $set: { status: 'pending' } });
  }

  /** Every wish there ever was, by host. */
  async all(): Promise<Map<string, Wished>> {
    const wished = new Map<string, Wished>();
    const cursor = this.records
      .find({}, { ip: 1, status: 1, sequence: 1 })
      .lean<(Wished & { _id: string })[]>()
      .cursor();
    for await (const { _id, ...wish } of cursor) wished.set(_id, wish);
    return wished;
  }

  /** Has a fulfilled wish written again, if it still holds and the time it was last made is sure. */
  async writeAgain(host: string, sequence: number, sure: (wantedAt: Date) => boolean): Promise<boolean> {
    const fulfilled = { _id: host, sequence, status: 'in_sync' as const };
    const record = await this.records.findOne(fulfilled).lean();
    if (!record || !sure(record.wantedAt)) return false;
    await this.records.updateOne(fulfilled, { $set: { status: 'pending' } });
    this.transactions.afterCommit(() => this.wakeup.ring());
    return true;
  }

  /** Stores what is about to be sent to the zone, or what is known to be there. */
  async setWritten(addresses: ReadonlyMap<string, string | null>): Promise<void> {
    await this.records.bulkWrite(
      [...addresses].map(([_id, written]) => ({
        updateOne: { filter: { _id }, update: { $set: { written } } },
      })),
    );
  }

  private async stillWished(zone: ReadonlyMap<string, string | null>): Promise<HostRecord[]> {
    const pending = await this.records.find({ _id: { $in: [...zone.keys()] }, status: 'pending' }).lean();
    return pending.filter((record) => record.ip === zone.get(record._id));
  }

  /** The zone is as wished already. */
  private async confirm({ host, ...wish }: Wish): Promise<void> {
    const wantedAt = this.clock.now();
    await this.records.updateOne({ _id: host }, { $set: { ...wish, wantedAt } });
    await this.sayInSync({ host, ...wish });
  }

  private async answer(known: HostRecord): Promise<void> {
    if (known.status === 'refused') await this.sayRefused({ ...known, host: known._id }, known.refusal ?? '');
  }

  private async replace({ host, ...wish }: Wish): Promise<void> {
    const wantedAt = this.clock.now();
    await this.records.updateOne(
      { _id: host },
      {
        $set: {
          ...wish,
          status: 'pending',
          refusal: null,
          refusedRemovals: 0,
          wantedAt,
          origin: currentOrigin(),
        },
        $setOnInsert: { written: null },
      },
      { upsert: true },
    );
    this.transactions.afterCommit(() => this.wakeup.ring());
  }

  private async sayInSync({ serverId, host, ip, sequence }: Wish): Promise<void> {
    await this.outbox.publish(RecordInSync, { serverId, host, ip, sequence, at: this.now() });
  }

  private async sayRefused({ serverId, host, sequence }: Wish, code: string): Promise<void> {
    await this.outbox.publish(RecordRefused, { serverId, host, sequence, code, at: this.now() });
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

/** What is said of a record belongs to the wish, not to the batch it travelled in. */
const inScopeOf = <Result>({ origin, serverId }: HostRecord, work: () => Result): Result =>
  inScope({ ...origin, serverId }, work);
