import { readdirSync, readFileSync } from 'node:fs';

/**
 * What processes and those they have begun hold in memory together, in MB (10⁶ bytes): `rss` counts a page in each process that has it, `pss` shares
 * it out among them (https://docs.kernel.org/filesystems/proc.html). Linux only.
 */
export function residentMegabytes(pids: readonly number[]): { rss: number; pss: number } {
  const rollups = pids.flatMap(withChildren).map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return { rss: sumOf('Rss', rollups), pss: sumOf('Pss', rollups) };
}

function sumOf(field: string, rollups: readonly string[]): number {
  const kibibytes = rollups.map((text) => Number(new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(text)?.[1]));
  return (kibibytes.reduce((sum, each) => sum + each, 0) * 1024) / 1e6;
}

function withChildren(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(withChildren)];
}
