import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { UsageRecorded, type UsageRecord } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import type { Model } from 'mongoose';
import { RecordModel } from './record.model.ts';
import type { LedgerRecord } from './revisions.ts';

/** The records as written: only ever added to. */
@Injectable()
export class Records {
  constructor(
    @InjectModel(RecordModel.name) private readonly records: Model<LedgerRecord>,
    private readonly outbox: Outbox,
  ) {}

  /** Every record of a server, reversals too, that starts at this time or later. */
  since(serverId: string, from: Date): Promise<LedgerRecord[]> {
    return this.records
      .find({ serverId, from: { $gte: from } })
      .setOptions({ crossTenant: true })
      .sort({ from: 1, _id: 1 })
      .lean();
  }

  /** Writes records and tells the world of them, in the open transaction. */
  async add(records: readonly LedgerRecord[]): Promise<void> {
    if (records.length) await this.records.insertMany(records);
    for (const record of records) {
      await this.outbox.publish(UsageRecorded, published(record), { accountId: record.accountId });
    }
  }
}

/** A record as customers and billing systems see it. */
export const published = ({ _id, ...record }: LedgerRecord): UsageRecord => ({
  id: _id,
  accountId: record.accountId,
  serverId: record.serverId,
  meter: record.meter,
  product: record.product,
  region: record.region,
  size: record.size,
  from: record.from.toISOString(),
  to: record.to.toISOString(),
  quantity: record.quantity,
  unit: record.unit,
  revision: record.revision,
  reverses: record.reverses,
  openedBy: record.openedBy,
  closedBy: record.closedBy,
  recordedAt: record.recordedAt.toISOString(),
});
