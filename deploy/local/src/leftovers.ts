import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { folder } from './home.ts';

/** What a process needs to join the system that runs here. */
export interface SharedSystem {
  /** The gateway's. */
  url: string;
  /** The environment of every service; it holds secrets. */
  env: NodeJS.ProcessEnv;
  /** The services it runs without. */
  without: readonly string[];
}

interface Running {
  /** The supervisor's pid. */
  supervisor: number;
  /** What it started: pid and the command line it had then, for pids are used again. */
  children: { pid: number; command: string }[];
  /** Of the private broker, once that runs. */
  amqpUrl?: string | undefined;
  /** While the whole of it is up. */
  shared?: SharedSystem | undefined;
}

const record = (home: string) => join(folder(home), 'running.json');

/** Writes down what runs, so that the next start can clear up after a supervisor that was killed, and others can join. */
export function remember(
  home: string,
  pids: number[],
  { amqpUrl, shared }: Pick<Running, 'amqpUrl' | 'shared'> = {},
): void {
  const running: Running = {
    supervisor: process.pid,
    children: pids.map((pid) => ({ pid, command: commandOf(pid) ?? '' })),
    amqpUrl,
    shared,
  };
  // Whoever reads it at this moment finds the last one or this one, whole.
  const file = record(home);
  writeFileSync(`${file}.new`, JSON.stringify(running), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The private broker of the system that runs here, if one does. */
export const runningBroker = (home: string): string | undefined => read(home)?.amqpUrl;

/** The system that runs here, if one is up and its supervisor alive. */
export function runningSystem(home: string): SharedSystem | undefined {
  const running = read(home);
  return running && isSupervisor(running.supervisor) ? running.shared : undefined;
}

/** Whether a supervisor is at work here, though its system may not be up yet. */
export function isSupervised(home: string): boolean {
  const running = read(home);
  return running !== null && isSupervisor(running.supervisor);
}

export function forget(home: string): void {
  rmSync(record(home), { force: true });
}

/**
 * Ends what a killed supervisor left running, for it holds the data folder and the ports. Fails when the supervisor
 * itself still runs.
 */
export async function clearLeftovers(home: string): Promise<void> {
  const running = read(home);
  if (!running) return;
  if (running.supervisor !== process.pid && isSupervisor(running.supervisor)) {
    throw new Error(`Berth already runs here (process ${running.supervisor}, data in ${home}).`);
  }
  const alive = () => running.children.filter(({ pid, command }) => command && commandOf(pid) === command);
  for (const { pid } of alive()) process.kill(pid, 'SIGTERM');
  const until = performance.now() + 10_000;
  while (alive().length > 0 && performance.now() < until) await delay(100);
  for (const { pid } of alive()) process.kill(pid, 'SIGKILL');
  while (alive().length > 0) await delay(50);
  forget(home);
}

const isSupervisor = (pid: number): boolean => commandOf(pid)?.includes('deploy/local') ?? false;

function read(home: string): Running | null {
  try {
    return JSON.parse(readFileSync(record(home), 'utf8')) as Running;
  } catch {
    return null;
  }
}

/** The command line of a process, or null when there is none (any more). */
function commandOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null;
  } catch {
    return null;
  }
}
