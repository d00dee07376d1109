import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { monthNameAt } from '../costs/month.ts';
import { ORACLES_PRICES } from '../invoices/oracle.fixture.ts';
import { disorder, type Step } from './history.fixture.ts';
import type { Fact } from './intervals.ts';
import { cutAt } from './settlement.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const SAMPLES = 1_000;
/** So many of them at least: a kind that is rarer by a slip in the fixture is no longer what the properties are about. */
const LEAST = SAMPLES / 50;

interface Time {
  from: number;
  to: number;
  size: string;
}

/** When a server ran, or stood still after it had run; what goes on at the end is in neither. */
const times = (facts: readonly Fact[], billed: boolean): Time[] => {
  const since = facts.findIndex((fact) => fact.computeBilled);
  return facts.slice(0, -1).flatMap(({ at, computeBilled, size }, index) => {
    const next = facts[index + 1];
    if (!next || since === -1 || index < since || computeBilled !== billed) return [];
    return [{ from: at.getTime(), to: next.at.getTime(), size }];
  });
};
const isOver = (unit: number, { from, to }: Time) => Math.floor(from / unit) < Math.floor((to - 1) / unit);
const changes = ORACLES_PRICES.map(({ size, activeFrom }) => ({ size, at: Date.parse(activeFrom) }));
const arrivals = (steps: readonly Step[]) => steps.flatMap((step) => ('fact' in step ? [step.fact] : []));

/** What the properties have to be about, and how it is seen that a history is of this kind. */
const KINDS: Record<string, (facts: readonly Fact[], steps: readonly Step[]) => boolean> = {
  'paused within a minute': (facts) =>
    times(facts, false).some((pause) => pause.to > pause.from && !isOver(MINUTE, pause)),
  'paused over midnight': (facts) => times(facts, false).some((pause) => isOver(DAY, pause)),
  'running over midnight': (facts) => times(facts, true).some((run) => isOver(DAY, run)),
  'running over the end of a month': (facts) =>
    times(facts, true).some(({ from, to }) => monthNameAt(new Date(from)) < monthNameAt(new Date(to - 1))),
  'running while its price changes': (facts) =>
    times(facts, true).some(({ from, to, size }) =>
      changes.some((change) => change.size === size && from < change.at && change.at < to),
    ),
  'of two sizes in one minute': (facts) =>
    times(facts, true).some(({ to, size }, index, all) => {
      const next = all[index + 1];
      return next?.from === to && next.size !== size && to % MINUTE !== 0;
    }),
  'heard of twice': (_, steps) => arrivals(steps).length > new Set(arrivals(steps)).size,
  'heard of in another order': (_, steps) =>
    arrivals(steps).some((fact, index, all) => fact.sequence < (all[index - 1]?.sequence ?? 0)),
  'heard of after its hour was recorded': (_, steps) =>
    steps.some(
      (step, index) =>
        'fact' in step &&
        steps.indexOf(step) === index &&
        steps.slice(0, index).some((before) => 'now' in before && cutAt(before.now) > step.fact.at),
    ),
  'going on in the end': (facts) => facts.at(-1)?.diskBilled === true,
};

test('random histories are of every kind that can go wrong', () => {
  const sample = fc.sample(disorder, SAMPLES);
  const count = (is: (typeof KINDS)[string]) => sample.filter(([facts, steps]) => is(facts, steps)).length;
  const counted = Object.entries(KINDS).map(([kind, is]) => [kind, count(is)] as const);
  expect(counted.filter(([, histories]) => histories < LEAST)).toEqual([]);
});
