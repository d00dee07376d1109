import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { eachAtMost } from '../concurrency.ts';
import { Ec2 } from './ec2.ts';
import { Instances } from './instances.ts';
import type { Observation } from './observation.ts';

/** Notifications that come in bursts share one call. */
const GATHER_MILLISECONDS = 150;
const STORED_AT_ONCE = 8;

interface Look {
  instanceIds: Set<string>;
  found: Promise<Map<string, Observation>>;
}

/** Looks at single instances out of turn, because something was heard of them. */
@Injectable()
export class Looks {
  private readonly gathering = new Map<string, Look>();

  constructor(
    private readonly ec2: Ec2,
    private readonly instances: Instances,
  ) {}

  /** What EC2 shows of the instance; resolves once that is stored and on its way to all who listen. */
  async at(region: string, instanceId: string): Promise<Observation | undefined> {
    const look = this.gathering.get(region) ?? this.begin(region);
    look.instanceIds.add(instanceId);
    return (await look.found).get(instanceId);
  }

  private begin(region: string): Look {
    const instanceIds = new Set<string>();
    const look = { instanceIds, found: this.look(region, instanceIds) };
    this.gathering.set(region, look);
    return look;
  }

  private async look(region: string, instanceIds: ReadonlySet<string>): Promise<Map<string, Observation>> {
    await delay(GATHER_MILLISECONDS);
    this.gathering.delete(region);
    const ids = [...instanceIds];
    const before = await this.instances.among(ids);
    const seen = await this.ec2.these(region, ids);
    await eachAtMost(STORED_AT_ONCE, seen, (each) =>
      this.instances.observe(each, before.get(each.instanceId)),
    );
    return new Map(seen.map((each) => [each.instanceId, each]));
  }
}
