import { METERS, type Meter, type MeterUnit } from '@berth/contracts';
import type { Usage } from './minutes.ts';

/** A usage record as the ledger keeps it; see `UsageRecord` in libs/contracts for what its fields mean. */
export interface LedgerRecord {
  _id: string;
  accountId: string;
  serverId: string;
  meter: Meter;
  product: string;
  region: string;
  size: string | null;
  from: Date;
  to: Date;
  quantity: number;
  unit: MeterUnit;
  revision: number;
  reverses: string | null;
  openedBy: number;
  closedBy: number | null;
  /** When the ledger wrote it: the one field that comes from a clock and not from the transitions. */
  recordedAt: Date;
}

/** The records that hold: neither reversals nor reversed. */
export function standing(records: readonly LedgerRecord[]): LedgerRecord[] {
  const reversed = new Set(records.map((record) => record.reverses));
  return records.filter((record) => record.reverses === null && !reversed.has(record._id));
}

/**
 * What to write so that of all `recorded` exactly `usage` stands: nothing for usage that stands already, a reversal
 * for each record that is not (or no longer) true, then the missing ones in the next revision of their (meter, from).
 * `recorded` are all records of one server, reversals too, from the hour on with which `usage` starts.
 */
export function revise(
  recorded: readonly LedgerRecord[],
  usage: readonly Usage[],
  recordedAt: Date,
): LedgerRecord[] {
  const valid = standing(recorded);
  const wrong = valid.filter((record) => !usage.some((piece) => says(record, piece)));
  const missing = usage.filter((piece) => !valid.some((record) => says(record, piece)));
  return [
    ...wrong.map((record) => reversalOf(record, recordedAt)),
    ...missing.map((piece) => recordOf(piece, nextRevision(recorded, piece), recordedAt)),
  ];
}

function recordOf(
  { interval, from, to, quantity, closedBy }: Usage,
  revision: number,
  recordedAt: Date,
): LedgerRecord {
  const { serverId, accountId, meter, product, region, size, openedBy } = interval;
  return {
    _id: `${serverId}/${meter}/${from.toISOString()}/${revision}`,
    accountId,
    serverId,
    meter,
    product,
    region,
    size,
    from,
    to,
    quantity,
    unit: METERS[meter].unit,
    revision,
    reverses: null,
    openedBy,
    closedBy,
    recordedAt,
  };
}

const reversalOf = (record: LedgerRecord, recordedAt: Date): LedgerRecord => ({
  ...record,
  _id: `${record._id}/reversal`,
  quantity: -record.quantity,
  reverses: record._id,
  recordedAt,
});

function nextRevision(recorded: readonly LedgerRecord[], { interval, from }: Usage): number {
  const revisions = recorded
    .filter((record) => record.meter === interval.meter && record.from.getTime() === from.getTime())
    .map((record) => record.revision);
  return Math.max(0, ...revisions) + 1;
}

const says = (record: LedgerRecord, { interval, from, to, quantity, closedBy }: Usage) =>
  record.meter === interval.meter &&
  record.from.getTime() === from.getTime() &&
  record.to.getTime() === to.getTime() &&
  record.quantity === quantity &&
  record.size === interval.size &&
  record.product === interval.product &&
  record.region === interval.region &&
  record.accountId === interval.accountId &&
  record.openedBy === interval.openedBy &&
  record.closedBy === closedBy;
