import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { Closures } from './closures.ts';
import { Erasures } from './erasures.ts';
import { Standings } from './standings.ts';

const EVERY_MILLISECONDS = 500;

/** Sees to the accounts that are closing, and to those that are deleted, in one replica. */
@Injectable()
export class ClosureSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Closures');
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly standings: Standings,
    private readonly closures: Closures,
    private readonly erasures: Erasures,
  ) {
    this.leader = new Leader(
      connection,
      'closure-sweep',
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
    for (const standing of await this.standings.closing())
      await this.one(standing._id, () => this.closures.settle(standing));
    for (const standing of await this.standings.erasing())
      await this.one(standing._id, () => this.erasures.erase(standing, tenure));
  }

  /** An account that fails keeps no other waiting. */
  private async one(accountId: string, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) =>
      this.logger.error(error, `The closing of ${accountId} is held up`),
    );
  }
}
