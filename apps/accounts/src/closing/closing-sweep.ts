import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { Closings } from './closings.ts';
import { Deletions } from './deletions.ts';

const EVERY_MILLISECONDS = 1_000;
const REMINDED_AT_ONCE = 50;

/** Looks for accounts whose time is near, or over, in one replica: what is due was stored, so time in which nothing ran is made up for. */
@Injectable()
export class ClosingSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly closings: Closings,
    private readonly deletions: Deletions,
  ) {
    this.leader = new Leader(
      connection,
      'closing-sweep',
      regularly(EVERY_MILLISECONDS, (tenure) => this.sweep(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  private async sweep(tenure: AbortSignal): Promise<void> {
    await this.closings.remind(REMINDED_AT_ONCE);
    await this.deletions.beginDue();
    await this.deletions.eraseRest(tenure);
  }
}
