import { afterEach, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../random.ts';
import type { Stage } from '../stage/stage.ts';
import type { Fault } from './fault.ts';
import { FaultScript, type ScriptOptions } from './script.ts';

/** Nothing here touches the system. */
const nowhere = {} as Stage;
let end = new AbortController();
afterEach(() => {
  end.abort();
  end = new AbortController();
});

function fault(name: string, more: Partial<Fault> = {}): Fault & { struck: number; healed: number } {
  const made = {
    name,
    weight: 1,
    lastsSeconds: [0, 0.02] as const,
    struck: 0,
    healed: 0,
    strike: async () => {
      made.struck += 1;
      return async () => void (made.healed += 1);
    },
    ...more,
  };
  return made;
}

async function played(
  faults: readonly Fault[],
  seed: string,
  count = 30,
  more: Partial<ScriptOptions> = {},
): Promise<FaultScript> {
  const script = new FaultScript(nowhere, new Random(seed), { faults, meanSecondsBetween: 0.005, ...more });
  const run = script.run(end.signal);
  while (script.struck.length + script.misfires.length < count) await delay(5);
  end.abort();
  await run;
  end = new AbortController();
  return script;
}

test('the same seed strikes with the same faults in the same order, another one with others', async () => {
  const faults = ['a', 'b', 'c', 'd'].map((name) => fault(name, { lastsSeconds: [0, 0] }));
  const names = async (seed: string) =>
    (await played(faults, seed)).struck.slice(0, 30).map(({ name }) => name);
  const first = await names('one');
  expect(await names('one')).toEqual(first);
  expect(await names('two')).not.toEqual(first);
});

test('when it is told to end, everything that is in force is healed', async () => {
  const long = fault('long', { lastsSeconds: [1_000, 2_000] });
  const script = await played([long], 'long');
  expect(long.healed).toBe(long.struck);
  expect(script.current).toEqual([]);
  for (const { struckAt, healedAt } of script.struck) expect(healedAt).toBeGreaterThanOrEqual(struckAt);
});

test('of faults of the same part one is in force at a time', async () => {
  let now = 0;
  let most = 0;
  const exclusive = fault('broker killed', {
    part: 'broker',
    strike: async () => {
      most = Math.max(most, ++now);
      return async () => void now--;
    },
  });
  await played([exclusive], 'exclusive', 10);
  expect(most).toBe(1);
});

test('in calm times nothing disturbs, and the world goes on', async () => {
  const [killed, lost] = [
    fault('service killed', { lastsSeconds: [1_000, 1_000] }),
    fault('SNS: all lost', { lastsSeconds: [0, 0] }),
  ];
  const calm = { everySeconds: 0.4, lastsSeconds: 0.2 };
  const script = await played([killed, lost], 'calm', 100, { calm });
  const runs = script.struck
    .map(({ name }) => (name === 'service killed' ? '|' : '.'))
    .join('')
    .split('|');
  const longestCalm = Math.max(...runs.map(({ length }) => length));
  expect(killed.healed).toBe(killed.struck);
  expect(killed.struck).toBeGreaterThan(10);
  expect(longestCalm).toBeGreaterThan(20);
  const lasted = script.struck.map(({ struckAt, healedAt }) => healedAt - struckAt);
  expect(Math.max(...lasted)).toBeLessThan(1_000);
});

test('a fault that cannot be made is told, not counted, and does not stop the others', async () => {
  const broken = fault('broken', { strike: () => Promise.reject(new Error('no such command')) });
  const script = await played([broken, fault('sound')], 'broken');
  expect(script.misfires).toContain('broken: no such command');
  expect(new Set(script.struck.map(({ name }) => name))).toEqual(new Set(['sound']));
});
