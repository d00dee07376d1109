import { Meter, METERS } from '@berth/contracts';
import { UNITS_PER_MINUTE } from './meters.ts';

/** What a server's transition means for its bill, from `at` until the next one. */
export interface Fact {
  serverId: string;
  accountId: string;
  /** Gapless per server, from 1. */
  sequence: number;
  at: Date;
  product: string;
  region: string;
  size: string;
  diskGib: number;
  computeBilled: boolean;
  diskBilled: boolean;
  /** Absent: none. */
  backupGib?: number;
}

/** Time during which one meter of a server ran at one level. A still open one has no `closedBy` and no `closedAt`. */
export interface Interval {
  serverId: string;
  accountId: string;
  meter: Meter;
  product: string;
  region: string;
  /** Of a meter whose prices are by size; else null. */
  size: string | null;
  /** What a minute of it counts: see {@link UNITS_PER_MINUTE}. */
  unitsPerMinute: number;
  /** Sequence and time of the transition that opened it. */
  openedBy: number;
  openedAt: Date;
  /** Sequence and time of the transition that closed it; never before `openedAt`. */
  closedBy: number | null;
  closedAt: Date | null;
}

type Level = Pick<Interval, 'accountId' | 'product' | 'region' | 'size' | 'unitsPerMinute'>;

/** The level a meter runs at after a transition, or null when it stands still. */
function levelAfter(fact: Fact, meter: Meter): Level | null {
  const unitsPerMinute = UNITS_PER_MINUTE[meter](fact);
  if (unitsPerMinute === 0) return null;
  const { accountId, product, region } = fact;
  return { accountId, product, region, size: METERS[meter].bySize ? fact.size : null, unitsPerMinute };
}

/**
 * Lets the intervals that are open follow the next transitions of their server, which come in sequence.
 * Returns every interval that was open before or after any of them, in the order they were opened.
 */
export function follow(open: readonly Interval[], facts: readonly Fact[]): Interval[] {
  return Meter.options.flatMap((meter) => {
    const intervals = open.filter((interval) => interval.meter === meter);
    for (const fact of facts) {
      const level = levelAfter(fact, meter);
      const last = intervals.at(-1);
      const running = last?.closedBy === null ? last : undefined;
      if (running && level && sameLevel(running, level)) continue;
      if (running) intervals.splice(-1, 1, { ...running, closedBy: fact.sequence, closedAt: fact.at });
      if (level) intervals.push(opened(meter, level, fact));
    }
    return intervals;
  });
}

const opened = (meter: Meter, level: Level, fact: Fact): Interval => ({
  serverId: fact.serverId,
  meter,
  ...level,
  openedBy: fact.sequence,
  openedAt: fact.at,
  closedBy: null,
  closedAt: null,
});

const sameLevel = (a: Level, b: Level) =>
  a.accountId === b.accountId &&
  a.product === b.product &&
  a.region === b.region &&
  a.size === b.size &&
  a.unitsPerMinute === b.unitsPerMinute;
