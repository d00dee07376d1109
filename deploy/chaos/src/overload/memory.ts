import { readFileSync } from 'node:fs';
import type { Stage } from '../stage/stage.ts';

/** Garbage makes memory go up and down: of each window the least counts. */
const WINDOW_SECONDS = 20;
/** What a service loads and compiles in its first work is no leak. */
const WARM_UP_SHARE = 1 / 3;

interface Sample {
  seconds: number;
  megabytes: number;
}

export interface Growth {
  service: string;
  /** Of resident memory, by linear regression over the windows' least values. */
  megabytesPerMinute: number;
  most: number;
}

/** The resident memory of each service's processes, in MB (10⁶ bytes), over a run. Linux only. */
export class Memory {
  private readonly stage: Stage;
  private readonly samples = new Map<string, Sample[]>();
  private readonly began = performance.now();

  constructor(stage: Stage) {
    this.stage = stage;
  }

  sample(): void {
    for (const name of this.stage.services) {
      const pid = this.stage.system.children.get(name)?.pid;
      if (pid === undefined) continue;
      const samples = this.samples.get(name) ?? [];
      this.samples.set(name, samples);
      samples.push({ seconds: (performance.now() - this.began) / 1000, megabytes: residentMegabytes(pid) });
    }
  }

  /** Of each process, the fastest growing first. */
  growth(): Growth[] {
    return [...this.samples]
      .map(([service, samples]) => ({
        service,
        megabytesPerMinute: 60 * slope(leastOfWindows(samples)),
        most: Math.max(...samples.map(({ megabytes }) => megabytes)),
      }))
      .sort((a, b) => b.megabytesPerMinute - a.megabytesPerMinute);
  }
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}

export function leastOfWindows(samples: readonly Sample[]): Sample[] {
  const from = (samples.at(-1)?.seconds ?? 0) * WARM_UP_SHARE;
  const windows = Map.groupBy(
    samples.filter(({ seconds }) => seconds >= from),
    ({ seconds }) => Math.floor(seconds / WINDOW_SECONDS),
  );
  return [...windows.values()].map((window) =>
    window.reduce((least, each) => (each.megabytes < least.megabytes ? each : least)),
  );
}

/** Least squares: how much the value grows in a second; 0 of fewer than two. */
export function slope(samples: readonly Sample[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map((each) => each.seconds)), mean(samples.map((each) => each.megabytes))];
  const spread = samples.reduce((sum, each) => sum + (each.seconds - x) ** 2, 0);
  const common = samples.reduce((sum, each) => sum + (each.seconds - x) * (each.megabytes - y), 0);
  return spread > 0 ? common / spread : 0;
}
