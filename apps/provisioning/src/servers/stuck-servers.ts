import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { StuckThing } from '@berth/contracts';
import { currentMessage, Stuck, type StuckSource } from '@berth/messaging';
import { isId } from '@berth/mongo';
import type { Model } from 'mongoose';
import { operationInProgress, ServerModel, type ServerDocument } from './server.model.ts';
import { ServerRunner } from './server.runner.ts';

/** Servers that a person should look at; the lifecycle says which, see {@link AlarmReason} there. */
@Injectable()
export class StuckServers implements StuckSource, OnModuleInit {
  private readonly logger = new Logger('Staff');

  constructor(
    @InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>,
    private readonly runner: ServerRunner,
    private readonly stuck: Stuck,
  ) {}

  onModuleInit(): void {
    this.stuck.add(this);
  }

  async list({ after, limit }: Parameters<StuckSource['list']>[0]): Promise<StuckThing[]> {
    const since = after ? new Date(after.stuckSince) : new Date(0);
    const beyond = after && {
      $or: [
        { 'progress.alarmSince': { $gt: since } },
        { 'progress.alarmSince': since, _id: { $gt: after.id } },
      ],
    };
    const found = await this.servers
      .find({ 'progress.alarmSince': { $gte: since }, ...beyond })
      .sort({ 'progress.alarmSince': 1, _id: 1 })
      .limit(limit)
      .setOptions({ crossTenant: true })
      .lean<ServerDocument[]>();
    return found.map(thingOf);
  }

  async nudge(id: string): Promise<StuckThing | null> {
    if (!isId('srv', id)) return null;
    const found = await this.servers
      .findOne({ _id: id })
      .setOptions({ crossTenant: true })
      .lean<ServerDocument | null>();
    if (!found?.progress.alarmSince) return null;
    this.logger.log({ serverId: id, actor: currentMessage()?.actor }, 'Nudged');
    // Customers read causes: staff stay unnamed there.
    return thingOf(await this.runner.nudge(id, { kind: 'system', id: null, text: 'nudged by staff' }));
  }
}

function thingOf(server: ServerDocument): StuckThing {
  const { progress } = server;
  const operation = operationInProgress(server);
  return {
    id: server._id,
    service: 'provisioning',
    kind: 'server',
    why: progress.alarmReason ?? 'late',
    accountId: server.accountId,
    state: server.status,
    step: progress.step,
    enteredAt: server.enteredAt.toISOString(),
    deadlineAt: progress.deadlineAt?.toISOString() ?? null,
    // A nudge may be all that it took.
    stuckSince: (progress.alarmSince ?? server.enteredAt).toISOString(),
    attempts: progress.failures,
    error: progress.error,
    nextAttemptAt: progress.retryAt?.toISOString() ?? null,
    operation: operation && { id: operation._id, type: operation.type },
  };
}
