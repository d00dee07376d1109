import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { InstanceObserved, type ServerTransition } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { insertOne, isDuplicateKey, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Servers } from '../servers/servers.ts';
import { InstanceModel, type Instance } from './instance.model.ts';
import { differs, type Observation } from './observation.ts';

/** Instances by id, as they were last observed. */
type Known = ReadonlyMap<string, Instance>;

/** What was last observed of every instance. What changes is stored and published in one transaction. */
@Injectable()
export class Instances {
  constructor(
    @InjectModel(InstanceModel.name) private readonly instances: Model<Instance>,
    private readonly servers: Servers,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** All that are known in a region, absent ones too. */
  async inRegion(region: string): Promise<Known> {
    return byId(await this.instances.find({ region }).lean());
  }

  /** Those of these that are known. */
  async among(instanceIds: readonly string[]): Promise<Known> {
    return byId(await this.instances.find({ _id: { $in: [...instanceIds] } }).lean());
  }

  /** Instances of these servers that run and have an address. */
  runningOf(serverIds: readonly string[]): Promise<Instance[]> {
    return this.instances
      .find({ serverId: { $in: [...serverIds] }, state: 'running', ip: { $ne: null } })
      .lean();
  }

  /** The server an instance belongs to, undefined when it is not known. */
  async ownerOf(instanceId: string): Promise<string | undefined> {
    return (await this.instances.findById(instanceId, { serverId: 1 }).lean())?.serverId;
  }

  /** Provisioning speaks of an instance: from now on it counts as missing when EC2 does not show it. */
  async expect({ instanceId, serverId, region, to }: ServerTransition): Promise<void> {
    if (instanceId === null || to === 'terminated' || to === 'failed') return;
    const unseen = { serverId, region, revision: 0, firstSeenAt: this.clock.now() };
    await this.instances.updateOne({ _id: instanceId }, { $setOnInsert: unseen }, { upsert: true });
  }

  /**
   * Stores and publishes what differs from what was known *before* EC2 was asked. When somebody else has stored
   * something since, this may be the older view and is dropped: the next look settles it.
   */
  async observe(seen: Observation, before: Instance | undefined): Promise<void> {
    if (before && !differs(before, seen)) return;
    try {
      await this.servers.observing(seen.serverId, 'observe instance', () =>
        this.transactions.run(() => this.store(seen, before)),
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  private async store({ instanceId, ...seen }: Observation, before: Instance | undefined): Promise<void> {
    const now = this.clock.now();
    const revision = (before?.revision ?? 0) + 1;
    const change = { ...seen, revision, absentAt: seen.state === 'absent' ? now : null };
    if (before) {
      const unchanged = { _id: instanceId, revision: before.revision };
      const { matchedCount } = await this.instances.updateOne(unchanged, { $set: change });
      if (matchedCount === 0) return;
    } else {
      await insertOne(this.instances, { _id: instanceId, firstSeenAt: now, ...change });
    }
    await this.outbox.publish(InstanceObserved, {
      ...seen,
      instanceId,
      launchedAt: seen.launchedAt?.toISOString() ?? null,
      revision,
      observedAt: now.toISOString(),
    });
  }
}

const byId = (instances: Instance[]): Known => new Map(instances.map((instance) => [instance._id, instance]));
