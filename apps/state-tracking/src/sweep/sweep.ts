import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { eachAtMost } from '../concurrency.ts';
import { Ec2 } from '../instances/ec2.ts';
import { Instances } from '../instances/instances.ts';
import { absenceOf } from '../instances/observation.ts';
import { countMissing, isAbsent, type Misses } from './missing.ts';

const STORED_AT_ONCE = 8;

/** Compares all instances of a region with what is known of them. */
@Injectable()
export class Sweep {
  private readonly misses = new Map<string, Misses>();

  constructor(
    private readonly ec2: Ec2,
    private readonly instances: Instances,
    private readonly clock: Clock,
  ) {}

  /** Publishes every difference. When EC2 fails on any page nothing is concluded from the others. */
  async region(region: string): Promise<void> {
    const known = await this.instances.inRegion(region);
    const seen = await this.ec2.all(region);
    await eachAtMost(STORED_AT_ONCE, seen, (each) =>
      this.instances.observe(each, known.get(each.instanceId)),
    );

    const seenIds = new Set(seen.map(({ instanceId }) => instanceId));
    const misses = countMissing(this.misses.get(region) ?? new Map(), known.values(), seenIds);
    this.misses.set(region, misses);
    const gone = [...known.values()].filter((each) =>
      isAbsent(each, misses.get(each._id) ?? 0, this.clock.now()),
    );
    await eachAtMost(STORED_AT_ONCE, gone, (each) => this.instances.observe(absenceOf(each), each));
  }

  /** Another replica may have swept in between: what was missing before does not count. */
  forget(): void {
    this.misses.clear();
  }
}
