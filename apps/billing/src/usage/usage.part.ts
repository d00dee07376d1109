import type { Part } from '../part.ts';
import { FactModel } from './fact.model.ts';
import { Facts } from './facts.ts';
import { Intervals } from './interval-store.ts';
import { IntervalModel } from './interval.model.ts';
import { LedgerModel } from './ledger.model.ts';
import { Ledgers } from './ledgers.ts';
import { Metering } from './metering.ts';
import { Reading } from './reading.ts';
import { RecordModel } from './record.model.ts';
import { Records } from './records.ts';
import { ServerMonthModel } from './server-month.model.ts';
import { ServerMonths } from './server-months.ts';
import { UsageList } from './usage-list.ts';
import { UsageSweep } from './usage-sweep.ts';
import { UsageHandlers } from './usage.handlers.ts';

/**
 * What servers used. Consumes every event of `SERVER_EVENTS`, answers `ListUsage`, publishes `UsageRecorded`. Owns `facts`, `intervals`,
 * `usage_records`, `server_months` and `ledgers` (one per server).
 */
export const usage: Part = {
  models: [FactModel, IntervalModel, LedgerModel, RecordModel, ServerMonthModel],
  controllers: [UsageHandlers],
  providers: [Metering, Reading, Facts, Ledgers, Intervals, Records, ServerMonths, UsageList, UsageSweep],
};
