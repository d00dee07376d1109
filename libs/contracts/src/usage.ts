import { z } from 'zod';
import { AccountId, Instant, ServerId } from './fields.ts';
import { event, request } from './message.ts';
import { Meter, MeterUnit } from './meters.ts';
import { page, pageRequest } from './page.ts';

/**
 * Whole UTC minutes `[from, to)` of one server and meter; records of one (server, meter) never overlap, but for a
 * reversal and what it reverses. Never changed: a late fact reverses it and writes the next revision.
 */
export const UsageRecord = z.object({
  /** `<serverId>/<meter>/<from>/<revision>`, with `/reversal` after it when it reverses: the same record, the same id. */
  id: z.string(),
  accountId: AccountId,
  serverId: ServerId,
  meter: Meter,
  product: z.string(),
  region: z.string(),
  /** For `compute`, the size billed; null for `disk` and `backup`. */
  size: z.string().nullable(),
  from: Instant,
  to: Instant,
  /** Minutes (`compute`) or GiB-minutes (`disk`, `backup`), negative in a reversal. */
  quantity: z.number().int(),
  unit: MeterUnit,
  revision: z.number().int().positive(),
  /** The id of the record this one takes back, or null. */
  reverses: z.string().nullable(),
  /**
   * The server's transitions the interval came from: the one that opened it, and the one that closed it within the
   * record's UTC hour; null when the record ends because the hour does.
   */
  openedBy: z.number().int().positive(),
  closedBy: z.number().int().positive().nullable(),
  recordedAt: Instant,
});
export type UsageRecord = z.output<typeof UsageRecord>;

/** A record of usage, for billing systems outside Berth: at least once and in any order, deduplicate by `id`. */
export const UsageRecorded = event('berth.usage.recorded.v1', UsageRecord, 'berth.usage');

/** An account's records that overlap `[from, to)`, oldest first, reversals after what they reverse. 400 `invalid_cursor`. */
export const ListUsage = request(
  'billing',
  'berth.billing.list-usage.v1',
  z.object({
    accountId: AccountId,
    from: Instant,
    to: Instant,
    serverId: ServerId.optional(),
    ...pageRequest,
  }),
  page(UsageRecord),
  'usage:read',
);
