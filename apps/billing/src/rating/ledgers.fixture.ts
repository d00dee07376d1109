import type { Month } from '../costs/month.ts';
import type { Ledger } from '../usage/history.fixture.ts';
import type { Usage } from './portions.ts';

/** What is known of servers, as it is read for a month. */
export const usageOf = (ledgers: readonly Ledger[], { name }: Month): Usage => ({
  servers: ledgers.flatMap(({ months }) =>
    [...months.values()].filter(({ month, rest }) => month === name || (rest.length && month < name)),
  ),
  intervals: ledgers.flatMap(({ intervals }) => intervals),
  voided: ledgers.flatMap(({ voided, intervals }) =>
    voided.map((minutes) => ({ ...minutes, serverId: intervals[0]?.serverId ?? '' })),
  ),
});
