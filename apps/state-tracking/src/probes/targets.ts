import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { HealthCheck, ServerStatus } from '@berth/contracts';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { Instances } from '../instances/instances.ts';
import { Servers } from '../servers/servers.ts';
import { HealthModel, type Health } from './health.model.ts';
import type { Start } from './verdict.ts';

/** A server to be probed. */
export interface Target extends Start {
  serverId: string;
  accountId: string;
  url: string;
  /** What was last published of the server, perhaps of an earlier start. */
  published: Health | undefined;
}

/** Which servers there are to probe: those that should be up and whose instance is observed running. */
@Injectable()
export class Targets {
  constructor(
    @InjectModel(HealthModel.name) private readonly health: Model<Health>,
    private readonly servers: Servers,
    private readonly instances: Instances,
    private readonly config: Config,
  ) {}

  /** Those whose status is one of these. */
  async in(statuses: readonly ServerStatus[]): Promise<Target[]> {
    const servers = await this.servers.watchedIn(statuses);
    if (servers.length === 0) return [];
    const ids = servers.map(({ _id }) => _id);
    const running = new Map((await this.instances.runningOf(ids)).map((each) => [each.serverId, each]));
    const health = new Map(
      (await this.health.find({ _id: { $in: ids } }).lean()).map((each) => [each._id, each]),
    );
    return servers.flatMap(({ _id: serverId, accountId, watch }) => {
      const instance = running.get(serverId);
      if (!watch || !instance?.ip) return [];
      const { _id: instanceId, ip, launchedAt } = instance;
      const url = this.urlOf(watch.health, ip);
      return [{ serverId, accountId, instanceId, ip, launchedAt, url, published: health.get(serverId) }];
    });
  }

  /** Only ever the address that EC2 shows; all simulated instances answer on one port, without TLS. */
  private urlOf({ scheme, port, path }: HealthCheck, ip: string): string {
    const { instancePort } = this.config;
    return instancePort === undefined
      ? `${scheme}://${ip}:${port}${path}`
      : `http://${ip}:${instancePort}${path}`;
  }
}
