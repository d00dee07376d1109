import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader, regularly } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { DeletedAccounts } from './deleted-accounts.ts';
import { Erasures } from './erasures.ts';

const EVERY_MILLISECONDS = 1_000;

/** Deletes what is left of deleted accounts, in one replica. */
@Injectable()
export class DeletionSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Erasures');
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly deleted: DeletedAccounts,
    private readonly erasures: Erasures,
  ) {
    this.leader = new Leader(
      connection,
      'deletion-sweep',
      regularly(EVERY_MILLISECONDS, (tenure) => this.sweep(tenure)),
    );
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  /** An account that fails keeps no other waiting. */
  private async sweep(tenure: AbortSignal): Promise<void> {
    for (const account of await this.deleted.erasing())
      await this.erasures
        .erase(account, tenure)
        .catch((error: unknown) => this.logger.error(error, `${account._id} is not deleted yet`));
  }
}
