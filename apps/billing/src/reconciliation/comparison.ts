import {
  Meter,
  ofEachMeter,
  type AwsCost,
  type ReconciledServer,
  type ReconciliationFlag,
  type ReconciliationTotals,
} from '@berth/contracts';
import { Exact, sumOf } from '@berth/pricing';
import type { BilledServer } from './billed.ts';
import type { Charged, Charges } from './charges.ts';

/** So many hours beyond those next to a billed one are let pass: a launch that failed within an hour touches two. */
const HOURS_LET_PASS = 2;

export interface Comparison {
  servers: ReconciledServer[];
  totals: ReconciliationTotals;
}

/** What AWS charged against what was billed, server by server; `known` are the servers that billing has heard of. */
export function compare(
  charges: Charges,
  billed: ReadonlyMap<string, BilledServer>,
  known: ReadonlySet<string>,
): Comparison {
  const { currency } = charges;
  const uncharged = [...billed.keys()].filter((serverId) => !charges.byOwner.has(serverId));
  const servers = [
    ...[...charges.byOwner.values()].map((charged) =>
      reconciled(charged, billed.get(charged.serverId ?? ''), known, currency),
    ),
    ...uncharged.map((serverId) => reconciled({ serverId }, billed.get(serverId), known, currency)),
  ];
  return { servers, totals: totalsOf(charges, servers) };
}

function reconciled(
  charged: Partial<Charged> & Pick<Charged, 'serverId'>,
  billed: BilledServer | undefined,
  known: ReadonlySet<string>,
  currency: string,
): ReconciledServer {
  const { serverId, resourceId = null, accountId = null, cost, hours } = charged;
  const total = Object.values(cost ?? {}).reduce((sum, each) => sum.plus(each), new Exact(0));
  const unbilledHours = hoursAway(hours, billed?.hours);
  const uncostedHours = hoursAway(billed?.hours, hours);
  const isUnknown = !billed && !known.has(serverId ?? '');
  const flags: [ReconciliationFlag, boolean][] = [
    ['costs_without_being_billed', !isUnknown && unbilledHours > HOURS_LET_PASS],
    ['unknown_server', isUnknown],
    ['billed_without_cost', uncostedHours > HOURS_LET_PASS],
  ];
  const isComparable = !billed || billed.currency === currency;
  return {
    serverId,
    resourceId,
    accountId: billed?.accountId ?? accountId,
    awsCost: {
      ...ofEachMeter((meter) => cost?.[meter].toFixed() ?? '0'),
      other: cost?.other.toFixed() ?? '0',
      adjustments: cost?.adjustments.toFixed() ?? '0',
      total: total.toFixed(),
    },
    billed: billed?.amount ?? '0',
    billedCurrency: billed?.currency ?? null,
    margin: isComparable ? new Exact(billed?.amount ?? 0).minus(total).toFixed() : null,
    flags: flags.flatMap(([flag, has]) => (has ? [flag] : [])),
    unbilledHours,
    uncostedHours,
  };
}

/** How many hours of any meter are away from all those that the other side has of the same. */
function hoursAway(hours: Charged['hours'] | undefined, others: Charged['hours'] | undefined): number {
  if (!hours) return 0;
  const away = Meter.options.flatMap((meter) =>
    others ? hours[meter].awayFrom(others[meter]) : hours[meter].all(),
  );
  return new Set(away).size;
}

function totalsOf(charges: Charges, servers: readonly ReconciledServer[]): ReconciliationTotals {
  const sum = (part: keyof AwsCost) => sumOf(servers.map(({ awsCost }) => awsCost[part]));
  const billed = Map.groupBy(
    servers.filter(({ billedCurrency }) => billedCurrency !== null),
    ({ billedCurrency }) => billedCurrency ?? '',
  );
  const isComparable = [...billed.keys()].every((each) => each === charges.currency);
  const flags = Map.groupBy(
    servers.flatMap((server) => server.flags),
    (flag) => flag,
  );
  return {
    currency: charges.currency,
    lines: charges.lines,
    awsCost: {
      ...ofEachMeter(sum),
      ...{ other: sum('other'), adjustments: sum('adjustments'), total: sum('total') },
    },
    elsewhere: charges.elsewhere.toFixed(),
    billed: [...billed].sort().map(([currency, those]) => ({
      currency,
      amount: sumOf(those.map(({ billed: amount }) => amount)),
    })),
    margin: isComparable ? sumOf(servers.map(({ margin }) => margin ?? '0')) : null,
    servers: servers.length,
    flagged: [...flags]
      .map(([flag, those]) => ({ flag, servers: those.length }))
      .sort((a, b) => (a.flag < b.flag ? -1 : 1)),
  };
}
