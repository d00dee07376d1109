import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ServerStatus } from '@berth/contracts';
import { Leader } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { eachAtMost } from '../concurrency.ts';
import { Probes } from './probes.ts';
import { Targets, type Target } from './targets.ts';

/** On their way up: somebody waits for them, and a restart shows only as a short silence. */
const SETTLING: readonly ServerStatus[] = [
  'provisioning',
  'configuring',
  'resuming',
  'updating',
  'restoring',
];
const SETTLING_EVERY_MILLISECONDS = 1_000;
/** Up, or supposed to be. */
const SETTLED: readonly ServerStatus[] = ['running', 'unavailable'];
const SETTLED_EVERY_MILLISECONDS = 5_000;
/** A healthy one is probed in every third round, a third of them in each; the others in every round. */
const ROUNDS_PER_HEALTHY_PROBE = 3;

const PROBES_AT_ONCE = 64;

/** Decides which server is probed when, in one of all replicas. */
@Injectable()
export class Prober implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Prober.name);
  private readonly leader: Leader;
  /** Servers under a probe that has not ended: a slow one must not hold up the next round of the others. */
  private readonly busy = new Set<string>();

  constructor(
    @InjectConnection() connection: Connection,
    private readonly targets: Targets,
    private readonly probes: Probes,
  ) {
    this.leader = new Leader(connection, 'probes', (tenure) => this.run(tenure));
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async run(tenure: AbortSignal): Promise<void> {
    this.probes.forget();
    await Promise.all([
      this.rounds(tenure, SETTLING_EVERY_MILLISECONDS, () => this.targets.in(SETTLING)),
      this.rounds(tenure, SETTLED_EVERY_MILLISECONDS, async (round) => {
        const targets = await this.targets.in(SETTLED);
        return targets.filter((target, index) => this.probes.isInDoubt(target) || isTurnOf(index, round));
      }),
    ]);
  }

  private async rounds(
    tenure: AbortSignal,
    everyMilliseconds: number,
    targetsOf: (round: number) => Promise<Target[]>,
  ): Promise<void> {
    const running = new Set<Promise<void>>();
    for (let round = 0; !tenure.aborted; round += 1) {
      const probing = this.round(() => targetsOf(round)).finally(() => running.delete(probing));
      running.add(probing);
      await delay(everyMilliseconds, undefined, { signal: tenure }).catch(() => {});
    }
    await Promise.all(running);
  }

  private async round(targetsOf: () => Promise<Target[]>): Promise<void> {
    try {
      const free = (await targetsOf()).filter(({ serverId }) => !this.busy.has(serverId));
      for (const { serverId } of free) this.busy.add(serverId);
      await eachAtMost(PROBES_AT_ONCE, free, (target) => this.probe(target));
    } catch (error) {
      this.logger.warn(error, 'A round of probes failed');
    }
  }

  private async probe(target: Target): Promise<void> {
    try {
      await this.probes.probe(target);
    } catch (error) {
      this.logger.warn(error, `The health of ${target.serverId} could not be stored`);
    } finally {
      this.busy.delete(target.serverId);
    }
  }
}

const isTurnOf = (index: number, round: number) =>
  index % ROUNDS_PER_HEALTHY_PROBE === round % ROUNDS_PER_HEALTHY_PROBE;
