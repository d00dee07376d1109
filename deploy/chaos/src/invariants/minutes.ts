import type { UsageRecord } from '@berth/contracts';
import type { CostEvidence, ServerEvidence } from '../evidence/api.ts';
import type { Evidence } from '../evidence.ts';
import { aboutServer } from './finding.ts';
import type { Invariant } from './invariant.ts';
import { minutesOf } from './oracle.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** An open interval is recorded some seconds after every full hour. */
const CUT_MILLISECONDS = 30_000;
const METERS = ['compute', 'disk'] as const;
type MeterName = (typeof METERS)[number];

/**
 * Usage records, reversals taken off, and what `GET /v1/costs` counts, against an oracle that counts minute by minute from the
 * timeline. What is still on is in the records up to the last full hour, in the costs up to the minute of `asOf`.
 */
export const minutesBilled: Invariant = {
  name: "minutes billed = minutes an oracle of its own counts from the timeline (records and costs; the disk's too)",
  mustBe: 'equal',
  check(evidence) {
    const findings = [...inRecords(evidence), ...inCosts(evidence)];
    const minutes = evidence.servers.reduce(
      (sum, { timeline }) => sum + minutesOf(timeline, evidence.truth.now).compute.size,
      0,
    );
    return { measured: findings.length === 0 ? `equal (${minutes})` : `${findings.length} differ`, findings };
  },
};

function inRecords({ servers, truth }: Evidence): string[] {
  const lastCut = Math.floor((truth.now - CUT_MILLISECONDS) / HOUR) * HOUR;
  return servers.flatMap((each) =>
    METERS.flatMap((meter) => {
      const due = minutesOf(each.timeline, truth.now)[meter];
      const openFrom = openSince(each, meter);
      const billed = netMinutes(each.usage, meter);
      const missing = [...due].filter(
        (minute) => !billed.has(minute) && !(openFrom <= minute && minute * MINUTE >= lastCut),
      );
      const surplus = [...billed].filter(([minute, times]) => !due.has(minute) || times !== 1);
      if (missing.length === 0 && surplus.length === 0) return [];
      const found = `${missing.length} not billed ${times(missing)}, ${surplus.length} billed without reason or more than once ${times(surplus.map(([minute]) => minute))}`;
      return [aboutServer(each, `${due.size} ${meter} minutes`, found)];
    }),
  );
}

/** How often each minute stands billed. */
function netMinutes(usage: readonly UsageRecord[], meter: MeterName): Map<number, number> {
  const minutes = new Map<number, number>();
  for (const record of usage.filter((each) => each.meter === meter)) {
    const sign = record.reverses === null ? 1 : -1;
    for (let at = Date.parse(record.from); at < Date.parse(record.to); at += MINUTE)
      minutes.set(at / MINUTE, (minutes.get(at / MINUTE) ?? 0) + sign);
  }
  return new Map([...minutes].filter(([, count]) => count !== 0));
}

/** The first minute of what is still being counted; Infinity when nothing is. */
function openSince({ timeline }: ServerEvidence, meter: MeterName): number {
  const isOpen = (entry: (typeof timeline)[number]) =>
    meter === 'compute'
      ? entry.to === 'running' || (entry.to === 'unavailable' && entry.reason === 'app_silent')
      : entry.to !== 'terminated';
  const last = timeline.findLastIndex((entry) => !isOpen(entry));
  const first = timeline.slice(last + 1).find((entry) => meter === 'compute' || entry.to === 'running');
  return first ? Math.floor(Date.parse(first.at) / MINUTE) : Infinity;
}

function inCosts({ servers, costs }: Evidence): string[] {
  return costs.flatMap((account) =>
    servers
      .filter(({ accountId }) => accountId === account.accountId)
      .flatMap((each) => METERS.flatMap((meter) => costOf(each, meter, account))),
  );
}

function costOf(each: ServerEvidence, meter: MeterName, { asOf, groups, month }: CostEvidence): string[] {
  const due = [...minutesOf(each.timeline, Date.parse(asOf))[meter]].filter((minute) =>
    new Date(minute * MINUTE).toISOString().startsWith(month),
  ).length;
  const units = meter === 'disk' ? each.server.diskGib : 1;
  const meters = groups.find(({ key }) => key === each.server.id)?.meters;
  const shown = meters?.find((cost) => cost.meter === meter)?.quantity ?? 0;
  if (shown === due * units) return [];
  return [aboutServer(each, `costs of ${due * units} ${meter} units by ${asOf}`, String(shown))];
}

function times(minutes: readonly number[]): string {
  if (minutes.length === 0) return '';
  const text = minutes.slice(0, 3).map((minute) => new Date(minute * MINUTE).toISOString().slice(11, 16));
  return `(${text.join(', ')}${minutes.length > 3 ? ' …' : ''})`;
}
