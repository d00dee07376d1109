import type { INestMicroservice } from '@nestjs/common';
import { newId, Transactions } from '@berth/mongo';
import type { Meter } from '@berth/contracts';
import { Records } from '../usage/records.ts';
import type { LedgerRecord } from '../usage/revisions.ts';

/** A record as a settlement makes it: ten minutes of a small server, from ten o'clock on. */
export function recordOf(more: Partial<LedgerRecord> = {}): LedgerRecord {
  const { serverId = newId('srv'), meter = 'compute' as Meter, revision = 1 } = more;
  const from = more.from ?? new Date('2026-03-01T10:00:00.000Z');
  const record: LedgerRecord = {
    _id: `${serverId}/${meter}/${from.toISOString()}/${revision}`,
    ...{ accountId: newId('acc'), serverId, meter, revision, from },
    ...{ product: 'web', region: 'eu-central-1', size: meter === 'compute' ? 'small' : null },
    to: new Date(from.getTime() + 600_000),
    quantity: meter === 'compute' ? 10 : 200,
    unit: meter === 'compute' ? 'minute' : 'gib_minute',
    ...{ reverses: null, openedBy: 4, closedBy: 6, recordedAt: new Date(0) },
    ...more,
  };
  return record;
}

/** Takes a record back, as a late fact does. */
export const reversalOf = (record: LedgerRecord): LedgerRecord => ({
  ...record,
  _id: `${record._id}/reversal`,
  quantity: -record.quantity,
  reverses: record._id,
});

/** Writes them by the time of the service's clock, in one transaction. */
export const write = (app: INestMicroservice, ...records: LedgerRecord[]): Promise<void> =>
  app.get(Transactions, { strict: false }).run(() => app.get(Records, { strict: false }).add(records));
