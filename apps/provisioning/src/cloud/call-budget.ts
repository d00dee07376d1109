import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { TokenBuckets } from '@berth/mongo';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { limitOf } from './limits.ts';
import { isThrottling } from './refusals.ts';

/** Calls that a server's work stands in line for: whoever makes one has been granted it before. */
export type ScarceAction =
  'RunInstances' | 'StartInstances' | 'StopInstances' | 'RebootInstances' | 'TerminateInstances';

const SCARCE: ReadonlySet<string> = new Set<ScarceAction>([
  'RunInstances',
  'StartInstances',
  'StopInstances',
  'RebootInstances',
  'TerminateInstances',
]);

/**
 * The calls that EC2 takes of us, per action and region, shared by all replicas. In the database, because replicas
 * that each took their share would halve it whenever one is idle; and ours to keep, because EC2 refuses the surplus of a
 * crowd without asking whose turn it was.
 */
@Injectable()
export class CallBudget {
  private readonly buckets: TokenBuckets;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly config: Config,
  ) {
    this.buckets = new TokenBuckets(connection);
  }

  /** Takes a call (0), or says when asking again is worth while. `kept`: so many are left for others. */
  take(action: ScarceAction, region: string, kept = 0): Promise<{ waitSeconds: number }> {
    return this.buckets.take(`${region}/${action}`, this.limitOf(action), { kept });
  }

  /** Makes a call to EC2, one that is not {@link ScarceAction scarce} in its turn; throttled ones end the turns of all for a while. */
  async call<Result>(action: string, region: string, call: () => Promise<Result>): Promise<Result> {
    const [bucket, limit] = [`${region}/${action}`, this.limitOf(action)];
    if (!SCARCE.has(action)) return this.buckets.call(bucket, limit, isThrottling, call);
    try {
      return await call();
    } catch (error) {
      if (isThrottling(error)) await this.buckets.empty(bucket, limit);
      throw error;
    }
  }

  private limitOf(action: string) {
    return limitOf(action, this.config.ec2LimitFactor);
  }
}
