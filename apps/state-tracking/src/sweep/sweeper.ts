import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader } from '@berth/mongo';
import { inSpan } from '@berth/telemetry';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { Regions } from '../regions/regions.ts';
import { Sweep } from './sweep.ts';

/** Sweeps every region in turn with the time, in one replica; a region that does not answer delays no other. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeper.name);
  private readonly leader: Leader;
  private readonly sweeping = new Map<string, Promise<void>>();

  constructor(
    @InjectConnection() connection: Connection,
    private readonly regions: Regions,
    private readonly sweep: Sweep,
    private readonly config: Config,
  ) {
    this.leader = new Leader(connection, 'sweep', (tenure) => this.run(tenure));
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async run(tenure: AbortSignal): Promise<void> {
    this.sweep.forget();
    while (!tenure.aborted) {
      for (const region of await this.regions.all()) this.begin(region);
      await delay(this.config.sweepSeconds * 1000, undefined, { signal: tenure }).catch(() => {});
    }
    await Promise.all(this.sweeping.values());
  }

  private begin(region: string): void {
    if (this.sweeping.has(region)) return;
    const span = { name: 'sweep region', attributes: { 'cloud.region': region } };
    const sweep = inSpan(span, () => this.sweep.region(region))
      .catch((error: unknown) => this.logger.warn(error, `The sweep of ${region} failed`))
      .finally(() => this.sweeping.delete(region));
    this.sweeping.set(region, sweep);
  }
}
