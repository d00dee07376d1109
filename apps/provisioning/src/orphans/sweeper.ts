import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import { Leader, regularly } from '@berth/mongo';
import { inSpan } from '@berth/telemetry';
import type { Connection, Model } from 'mongoose';
import { Config } from '../config.ts';
import { SweepRunModel, type SweepRun } from './sweep-run.model.ts';
import { Sweep, type Allowance } from './sweep.ts';

/** Two calls per thousand resources and region: a thousandth of what EC2 allows. */
const EVERY_SECONDS = 30;
const LOOK_MILLISECONDS = 500;

/** Sweeps all regions for orphans every 30 s, in one replica; one that dies is followed by another, at its next turn. */
@Injectable()
export class OrphanSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Orphans');
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    @InjectModel(SweepRunModel.name) private readonly runs: Model<SweepRun>,
    private readonly catalog: CatalogCopy,
    private readonly sweep: Sweep,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.leader = new Leader(
      connection,
      'orphan-sweep',
      regularly(LOOK_MILLISECONDS, (tenure) => this.sweepIfDue(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async sweepIfDue(tenure: AbortSignal): Promise<void> {
    if (await this.isDue()) await this.all(tenure);
  }

  /** Not soon after another replica's sweep either, even if that was cut off. */
  private async isDue(): Promise<boolean> {
    const last = await this.runs.findById('orphans').lean();
    const passed = Math.abs(this.clock.now().getTime() - (last?.startedAt.getTime() ?? 0));
    return passed >= EVERY_SECONDS * 1000;
  }

  private async all(tenure: AbortSignal): Promise<void> {
    const offered = (await this.catalog.latest())?.regions.map(({ id }) => id) ?? [];
    const begun = {
      $set: { startedAt: this.clock.now(), endedAt: null },
      $addToSet: { regions: { $each: offered } },
    };
    const run = await this.runs
      .findOneAndUpdate({ _id: 'orphans' }, begun, { upsert: true, returnDocument: 'after' })
      .lean();
    const allowance = { left: this.config.orphans.perSweep };
    for (const region of run.regions) await this.region(region, allowance, tenure);
    if (!tenure.aborted)
      await this.runs.updateOne({ _id: 'orphans' }, { $set: { endedAt: this.clock.now() } });
  }

  /** A region that does not answer keeps no other from being swept. */
  private async region(region: string, allowance: Allowance, tenure: AbortSignal): Promise<void> {
    if (tenure.aborted) return;
    const span = { name: 'sweep orphans', attributes: { 'cloud.region': region } };
    await inSpan(span, () => this.sweep.region(region, allowance, tenure)).catch((error: unknown) => {
      if (!tenure.aborted) this.logger.warn(error, `No orphan was looked for in ${region}`);
    });
  }
}
