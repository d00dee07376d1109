import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Lets a process, all its threads, run on the first core only; says so when the machine has no `taskset`. */
export function keepToOneCore(pid: number): void {
  const { error, status } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', String(pid)]);
  if (error ?? status) console.error(`Process ${pid} runs on all cores: taskset is not to be had`);
}

/** What a process holds in memory now, in MiB. Linux only. */
export function residentMebibytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
