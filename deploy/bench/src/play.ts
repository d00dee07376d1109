import { aborted } from '@berth/local';
import type { Bench, Contestant, Sample } from './bench.ts';
import { OURS, type Rounds } from './outcome.ts';
import type { Stage } from './stage.ts';

/** A round that takes longer hangs. */
const ROUND_TIMEOUT_MILLISECONDS = 300_000;

/** Runs all rounds of a bench, after one that is not counted. Who begins changes with each round. */
export async function play(bench: Bench, stage: Stage, signal: AbortSignal): Promise<Rounds> {
  const contestants = new Map<string, Contestant>();
  try {
    for (const [name, contender] of Object.entries({ [OURS]: bench.ours, ...bench.references }))
      contestants.set(name, await contender(stage));
    const samples = new Map<string, Sample[]>([...contestants.keys()].map((name) => [name, []]));
    for (let round = 0; round <= bench.rounds; round++) {
      for (const [name, contestant] of rotated([...contestants], round)) {
        const end = AbortSignal.any([signal, AbortSignal.timeout(ROUND_TIMEOUT_MILLISECONDS)]);
        const sample = await Promise.race([contestant.round(), aborted(end)]);
        if (round > 0) samples.get(name)?.push(sample);
      }
    }
    return samples;
  } finally {
    for (const contestant of [...contestants.values()].reverse()) await contestant.stop();
  }
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
