import { z } from 'zod';
import { AccountId, Currency, Decimal, Instant, ServerId } from './fields.ts';
import { request } from './message.ts';
import { Meter, MeterUnit } from './meters.ts';
import { page, pageRequest } from './page.ts';

/** A UTC calendar month, `2026-11`. */
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month like 2026-11');

/** What costs are told apart by. */
export const CostGrouping = z.enum(['server', 'day', 'meter']);
export type CostGrouping = z.output<typeof CostGrouping>;

/** Amounts are exact: every minute times the price in force in it, not rounded. */
const Cost = z.object({
  /** What has been used by now. */
  total: Decimal,
  /** What the whole month comes to when everything goes on as it is, at the prices announced. */
  forecast: Decimal,
});

export const MeterCost = Cost.extend({
  meter: Meter,
  /** Minutes (`compute`) or GiB-minutes (`disk`, `backup`) used by now. */
  quantity: z.number().int(),
  unit: MeterUnit,
});
export type MeterCost = z.output<typeof MeterCost>;

/** A server's part in what has been used by now. */
export const ServerCost = z.object({ id: ServerId, total: Decimal });
export type ServerCost = z.output<typeof ServerCost>;

/** How many servers are told apart within a day; the others are what is left of its total. */
export const MOST_SERVERS_OF_A_DAY = 10;

export const CostGroup = Cost.extend({
  /** The server's id, the UTC day (`2026-11-22`) or the meter. */
  key: z.string(),
  /** Only those it used or is going to use. */
  meters: z.array(MeterCost),
  /** Of a day: what each of the 10 servers that cost most in the month cost on it, the dearest of the month first. */
  servers: z.array(ServerCost).max(MOST_SERVERS_OF_A_DAY).optional(),
});
export type CostGroup = z.output<typeof CostGroup>;

/**
 * What an account's servers cost in a month. A server that runs counts up to the minute of `asOf`, which is why it can
 * be ahead of the usage records, written at every full hour. The totals are over all groups, not those of the page.
 */
export const Costs = Cost.extend({
  month: Month,
  groupBy: CostGrouping,
  currency: Currency,
  asOf: Instant,
  meters: z.array(MeterCost),
  ...page(CostGroup).shape,
});
export type Costs = z.output<typeof Costs>;

/**
 * An account's costs in a month, by default the current one: servers newest first, days oldest first; of one server when
 * it is named, nothing for one that is not the account's. 400 `invalid_cursor`.
 */
export const GetCosts = request(
  'billing',
  'berth.billing.get-costs.v1',
  z.object({
    accountId: AccountId,
    month: Month.optional(),
    groupBy: CostGrouping,
    serverId: ServerId.optional(),
    ...pageRequest,
  }),
  Costs,
  'usage:read',
);
