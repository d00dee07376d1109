import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { AuditEventModel, type StoredAuditEvent } from './audit-event.model.ts';

const EVERY_MILLISECONDS = 3_600_000;
const AT_ONCE = 1_000;
const DAY_MILLISECONDS = 86_400_000;

/** Removes the entries of the audit trail that are older than they are to be kept. Every replica does; to remove twice is no matter. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Audit');
  private timer?: NodeJS.Timeout;
  private sweeping: Promise<unknown> = Promise.resolve();
  private isLeaving = false;

  constructor(
    @InjectModel(AuditEventModel.name) private readonly events: Model<StoredAuditEvent>,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping = this.sweep().catch((error: unknown) =>
        this.logger.warn(error, 'Old entries of the audit trail were not removed; the next hour will'),
      );
    }, EVERY_MILLISECONDS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.isLeaving = true;
    await this.sweeping;
  }

  /** How many it has removed. */
  async sweep(): Promise<number> {
    const kept = this.config.auditRetentionDays * DAY_MILLISECONDS;
    const at = { $lt: new Date(this.clock.now().getTime() - kept) };
    for (let removed = 0; ;) {
      const old = await this.events
        .find({ at }, { _id: 1 })
        .setOptions({ crossTenant: true })
        .sort({ at: 1 })
        .limit(AT_ONCE)
        .lean();
      // The one way out of the trail, past the model, which lets nothing go.
      const ids = old.map(({ _id }) => _id);
      if (ids.length > 0) await this.events.collection.deleteMany({ _id: { $in: ids as never[] }, at });
      removed += ids.length;
      if (ids.length < AT_ONCE || this.isLeaving) return removed;
    }
  }
}
