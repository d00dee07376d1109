import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { UsageRecorded, type UsageRecord } from '@berth/contracts';
import { Outbox, type MessageContext, type SendOptions } from '@berth/messaging';
import { idOfText, insertAll } from '@berth/mongo';
import type { Model } from 'mongoose';
import { RecordModel } from './record.model.ts';
import type { LedgerRecord } from './revisions.ts';

/** The records as written: only ever added to. */
@Injectable()
export class Records {
  constructor(
    @InjectModel(RecordModel.name) private readonly records: Model<LedgerRecord>,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Every record of a server, reversals too, that starts at this time or later. */
  since(serverId: string, from: Date): Promise<LedgerRecord[]> {
    return this.records
      .find({ serverId, from: { $gte: from } })
      .setOptions({ crossTenant: true })
      .sort({ from: 1, _id: 1 })
      .lean();
  }

  /**
   * Writes records and tells the world of them, in the open transaction. Their time is taken here, when the transaction has read or
   * written something already: how long it may live from then on is what the feed waits for (`SEEN_WITHIN_SECONDS`). The causes are the
   * messages that led to them, by server.
   */
  async add(
    records: readonly LedgerRecord[],
    causes?: ReadonlyMap<string, MessageContext | undefined>,
  ): Promise<void> {
    if (records.length === 0) return;
    const recordedAt = this.clock.now();
    const written = records.map((record) => ({ ...record, recordedAt }));
    await insertAll(this.records, written);
    await this.outbox.publishAll(
      UsageRecorded,
      written.map((record) => ({
        data: published(record),
        options: {
          accountId: record.accountId,
          cause: causes?.get(record.serverId),
          ...idAndTimeOf(record),
        },
      })),
    );
  }
}

/** Of the message that tells of a record: the same whenever it is told. The id follows from the record's, and so from the transitions. */
export const idAndTimeOf = ({ _id, from, recordedAt }: LedgerRecord): Pick<SendOptions, 'id' | 'time'> => ({
  id: idOfText('msg', _id, from),
  time: recordedAt,
});

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
