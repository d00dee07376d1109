import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { gauge } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { serverLifecycle } from './server.lifecycle.ts';
import { ServerModel, type LiveStatus, type ServerDocument } from './server.model.ts';

const statuses = Object.keys(serverLifecycle.states) as LiveStatus[];
/** What is gone stays in the database for good: counting it would take longer every month. */
const COUNTED = statuses.filter((status) => status !== 'terminated' && status !== 'failed');
/** Where a server may be stuck: a state that has something to do. */
const CAN_BE_STUCK = statuses.filter((status) => serverLifecycle.states[status].steps);

/** Says how many servers there are in which state. Every replica counts them all: take the highest, not the sum. */
@Injectable()
export class FleetGauges implements OnApplicationBootstrap {
  constructor(@InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>) {}

  onApplicationBootstrap(): void {
    gauge('berth.servers', () => this.byStatus());
    gauge('berth.stuck', () => this.stuck());
  }

  /** Reads the index of statuses alone, once for every export. */
  private async byStatus() {
    const counts = await this.servers
      .aggregate<{ _id: LiveStatus; servers: number }>([
        { $match: { status: { $in: COUNTED } } },
        { $group: { _id: '$status', servers: { $sum: 1 } } },
      ])
      .option({ crossTenant: true });
    const found = new Map(counts.map(({ _id, servers }) => [_id, servers]));
    return COUNTED.map((status) => ({ value: found.get(status) ?? 0, attributes: { status } }));
  }

  /** Reads the index of alarms, as far as there are any. */
  private async stuck() {
    const counts = await this.servers
      .aggregate<{ _id: LiveStatus; servers: number }>([
        { $match: { 'progress.alarmSince': { $gte: new Date(0) } } },
        { $group: { _id: '$status', servers: { $sum: 1 } } },
      ])
      .option({ crossTenant: true });
    const found = new Map(counts.map(({ _id, servers }) => [_id, servers]));
    return CAN_BE_STUCK.map((state) => ({
      value: found.get(state) ?? 0,
      attributes: { kind: 'server', state },
    }));
  }
}
