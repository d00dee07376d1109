import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { HealthObserved } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { insertOne, isDuplicateKey, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Servers } from '../servers/servers.ts';
import { HealthModel, type Health } from './health.model.ts';
import { answers } from './probe.ts';
import type { Target } from './targets.ts';
import { isSameStart, verdict, type Start } from './verdict.ts';

/** Probes one server after the other and publishes what changes in their health. */
@Injectable()
export class Probes {
  private readonly misses = new Map<string, { start: Start; count: number }>();

  constructor(
    @InjectModel(HealthModel.name) private readonly health: Model<Health>,
    private readonly servers: Servers,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Probes a server once and publishes its health when that has changed. */
  async probe(target: Target): Promise<void> {
    const misses = (await answers(target.url)) ? 0 : this.missesOf(target) + 1;
    if (misses === 0) this.misses.delete(target.serverId);
    else this.misses.set(target.serverId, { start: target, count: misses });
    const healthy = verdict(target.published, target, misses);
    if (healthy !== undefined) await this.publish(target, healthy);
  }

  /** Whether this start is not known to be healthy, or has just failed to answer. */
  isInDoubt(target: Target): boolean {
    const { published } = target;
    const isHealthy = published?.healthy === true && isSameStart(published, target);
    return !isHealthy || this.missesOf(target) > 0;
  }

  /** Another replica may have probed in between: misses from before do not count. */
  forget(): void {
    this.misses.clear();
  }

  private missesOf(target: Target): number {
    const before = this.misses.get(target.serverId);
    return before && isSameStart(before.start, target) ? before.count : 0;
  }

  /** Does nothing when somebody else has published something since the target was read. */
  private async publish(target: Target, healthy: boolean): Promise<void> {
    try {
      await this.servers.observing(target.serverId, 'observe health', () =>
        this.transactions.run(() => this.store(target, healthy)),
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  private async store(target: Target, healthy: boolean): Promise<void> {
    const { serverId, accountId, instanceId, ip, launchedAt, published } = target;
    const revision = (published?.revision ?? 0) + 1;
    const state = { instanceId, ip, launchedAt, healthy, revision };
    if (published) {
      const unchanged = { _id: serverId, revision: published.revision };
      const { matchedCount } = await this.health.updateOne(unchanged, { $set: state });
      if (matchedCount === 0) return;
    } else {
      await insertOne(this.health, { _id: serverId, ...state });
    }
    await this.outbox.publish(
      HealthObserved,
      {
        ...state,
        serverId,
        launchedAt: launchedAt?.toISOString() ?? null,
        observedAt: this.clock.now().toISOString(),
      },
      { accountId },
    );
  }
}
