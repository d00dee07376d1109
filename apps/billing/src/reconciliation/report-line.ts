import { Meter } from '@berth/contracts';
import { Exact } from '@berth/pricing';
import { ReportError } from './report-error.ts';

/** The columns that are read, by the names they have in a legacy report (https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html). */
export const COLUMNS = {
  id: 'identity/LineItemId',
  periodStart: 'bill/BillingPeriodStartDate',
  type: 'lineItem/LineItemType',
  start: 'lineItem/UsageStartDate',
  end: 'lineItem/UsageEndDate',
  usageType: 'lineItem/UsageType',
  resourceId: 'lineItem/ResourceId',
  cost: 'lineItem/UnblendedCost',
  currency: 'lineItem/CurrencyCode',
  deploymentId: 'resourceTags/user:berth:deployment-id',
  serverId: 'resourceTags/user:berth:server-id',
  accountId: 'resourceTags/user:berth:account-id',
} as const;

/** Texts of the columns, by their names there. */
export type Row = Readonly<Record<string, string>>;

export interface ReportLine {
  id: string;
  /** Of the billing period. */
  month: string;
  kind: Meter | 'other' | 'adjustments';
  /** What of a server it says was there in its time: a machine, a disk, a backup. */
  present: Meter | null;
  /** Unix time in milliseconds. */
  from: number;
  to: number;
  resourceId: string;
  cost: InstanceType<typeof Exact>;
  currency: string;
  deploymentId: string;
  serverId: string;
  accountId: string;
}

/** What was used, whichever way it is paid for; all other types (Credit, Refund, Tax, EdpDiscount …) are sums of money alone. */
const USED = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);
const MACHINE = /(^|-)(BoxUsage|SpotUsage|DedicatedUsage|HostBoxUsage)(:|$)/;
/** What AWS charges for each meter: all of it, and what says that the thing itself is there (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-billing-usage-reports.html). */
const USAGE_TYPES: Readonly<Record<Meter, { all: RegExp; itself: RegExp }>> = {
  compute: { all: MACHINE, itself: MACHINE },
  disk: { all: /(^|-)EBS:Volume/, itself: /(^|-)EBS:VolumeUsage/ },
  backup: { all: /(^|-)EBS:Snapshot/, itself: /(^|-)EBS:SnapshotUsage/ },
};

/** Throws {@link ReportError} for what is no time or number. */
export function lineOf(row: Row, lineNumber: number): ReportLine {
  const text = (column: keyof typeof COLUMNS): string => row[COLUMNS[column]] ?? '';
  const wrong = (column: keyof typeof COLUMNS) =>
    new ReportError(
      'malformed_line',
      `Line ${lineNumber}: ${COLUMNS[column]} is ${JSON.stringify(text(column))}`,
    );
  const time = (column: 'start' | 'end'): number => {
    const at = Date.parse(text(column));
    if (Number.isNaN(at)) throw wrong(column);
    return at;
  };
  const isUsed = USED.has(text('type'));
  const usageType = text('usageType');
  const meter = Meter.options.find((each) => USAGE_TYPES[each].all.test(usageType)) ?? null;
  return {
    id: text('id'),
    month: text('periodStart').slice(0, 7),
    kind: isUsed ? (meter ?? 'other') : 'adjustments',
    present: isUsed && meter && USAGE_TYPES[meter].itself.test(usageType) ? meter : null,
    from: isUsed ? time('start') : 0,
    to: isUsed ? time('end') : 0,
    resourceId: text('resourceId'),
    cost: number(text('cost')) ?? fail(wrong('cost')),
    currency: text('currency'),
    deploymentId: text('deploymentId'),
    serverId: text('serverId'),
    accountId: text('accountId'),
  };
}

/** As AWS writes numbers: `0.0412`, `-1.5`, `9.6E-7`; nothing is 0. */
const number = (text: string) =>
  text === '' ? new Exact(0) : /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(text) ? new Exact(text) : undefined;

function fail(error: Error): never {
  throw error;
}
