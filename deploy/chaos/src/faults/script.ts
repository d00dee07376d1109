import { setTimeout as delay } from 'node:timers/promises';
import type { FaultRecord } from '../evidence.ts';
import type { Random } from '../random.ts';
import type { Stage } from '../stage/stage.ts';
import { isDisturbance, type Fault } from './fault.ts';

export interface ScriptOptions {
  faults: readonly Fault[];
  /** Between the beginnings of two faults, on average; they overlap. */
  meanSecondsBetween: number;
  /** Every so many seconds end with so many in which nothing disturbs: what is to be told in time has time for it. */
  calm?: { everySeconds: number; lastsSeconds: number };
}

/** A seeded script of faults: when which one strikes, what it hits, how long it lasts. */
export class FaultScript {
  /** Those that have struck; one that is still in force is healed in the far future. */
  readonly struck: FaultRecord[] = [];
  /** What could not be done, and why: the trouble itself has its troubles. */
  readonly misfires: string[] = [];
  private readonly inForce = new Map<Fault, number>();
  private readonly running = new Set<Promise<void>>();
  private readonly stage: Stage;
  private readonly random: Random;
  private readonly options: ScriptOptions;

  constructor(stage: Stage, random: Random, options: ScriptOptions) {
    this.stage = stage;
    this.random = random;
    this.options = options;
  }

  /** The names of those that are in force right now. */
  get current(): readonly string[] {
    return [...this.inForce.keys()].map(({ name }) => name);
  }

  /** Faults until the signal; resolves when all of them are healed. */
  async run(signal: AbortSignal): Promise<void> {
    for (let count = 0, at = 0; !signal.aborted; count++) {
      const random = this.random.fork(String(count));
      const interval = random.interval(this.options.meanSecondsBetween);
      at += interval;
      await wait(interval, signal);
      const troubledSeconds = this.troubledSecondsLeft(at);
      const fault = random.weighted(troubledSeconds > 0 ? this.options.faults : this.gentle);
      const wanted = random.between(...fault.lastsSeconds);
      const seconds = isDisturbance(fault.name) ? Math.min(wanted, troubledSeconds) : wanted;
      if (signal.aborted || this.isBusy(fault)) continue;
      const one = this.one(fault, random, seconds, signal);
      this.running.add(one);
      void one.finally(() => this.running.delete(one));
    }
    await Promise.all(this.running);
  }

  private get gentle(): readonly Fault[] {
    return this.options.faults.filter(({ name }) => !isDisturbance(name));
  }

  /** Until it shall be calm; 0 while it is. */
  private troubledSecondsLeft(atSeconds: number): number {
    const { calm } = this.options;
    if (!calm) return Infinity;
    return Math.max(0, calm.everySeconds - calm.lastsSeconds - (atSeconds % calm.everySeconds));
  }

  private async one(fault: Fault, random: Random, seconds: number, signal: AbortSignal): Promise<void> {
    this.count(this.inForce, fault, 1);
    try {
      const struckAt = Date.now();
      const heal = await fault.strike(this.stage, random);
      if (!heal) return;
      const record = { name: fault.name, struckAt, healedAt: Infinity };
      this.struck.push(record);
      await wait(seconds, signal);
      await heal();
      record.healedAt = Date.now();
    } catch (error) {
      this.misfires.push(`${fault.name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.count(this.inForce, fault, -1);
    }
  }

  private isBusy({ part }: Fault): boolean {
    return part !== undefined && [...this.inForce.keys()].some((other) => other.part === part);
  }

  private count(counts: Map<Fault, number>, fault: Fault, change: number): void {
    const count = (counts.get(fault) ?? 0) + change;
    if (count > 0) counts.set(fault, count);
    else counts.delete(fault);
  }
}

/** Ends early, without an error, when the signal is given. */
async function wait(seconds: number, signal: AbortSignal): Promise<void> {
  await delay(seconds * 1000, undefined, { signal }).catch(() => {});
}
