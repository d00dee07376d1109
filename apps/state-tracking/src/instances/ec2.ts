import { DescribeInstancesCommand, EC2Client, type Filter } from '@aws-sdk/client-ec2';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { TokenBuckets, type BucketLimit } from '@berth/mongo';
import { observeAws } from '@berth/telemetry';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { observationOf, type Observation } from './observation.ts';

/** What one filter may list. */
const MAX_FILTER_VALUES = 200;
const PAGE_SIZE = 1_000;
const CALL_TIMEOUT_MILLISECONDS = 5_000;
/**
 * DescribeInstances with a filter allows an account and region 100 calls at once and 20 a second
 * (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html). Half of that is ours, the other half provisioning's;
 * a twentieth of the rate and a fifth of the burst stay untouched, for what is on its way when EC2 counts.
 */
const LIMIT: BucketLimit = { capacity: 40, perSecond: 9.5 };

/** EC2 as this service uses it: it reads instances that carry our deployment's tag, and nothing else. */
@Injectable()
export class Ec2 {
  private readonly clients = new Map<string, EC2Client>();
  private readonly buckets: TokenBuckets;

  constructor(
    private readonly config: Config,
    @InjectConnection() connection: Connection,
  ) {
    this.buckets = new TokenBuckets(connection);
  }

  /** All instances of the deployment in a region, terminated ones as long as EC2 shows them. */
  all(region: string): Promise<Observation[]> {
    return this.describe(region, []);
  }

  /** Those of these instances that exist. A filter, unlike an id list, makes no error of one that is not known yet. */
  async these(region: string, instanceIds: readonly string[]): Promise<Observation[]> {
    const found: Observation[] = [];
    for (let start = 0; start < instanceIds.length; start += MAX_FILTER_VALUES) {
      const Values = instanceIds.slice(start, start + MAX_FILTER_VALUES);
      found.push(...(await this.describe(region, [{ Name: 'instance-id', Values }])));
    }
    return found;
  }

  private async describe(region: string, filters: Filter[]): Promise<Observation[]> {
    const Filters = [{ Name: 'tag:berth:deployment-id', Values: [this.config.deploymentId] }, ...filters];
    const found: Observation[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.client(region).send(
        new DescribeInstancesCommand({ Filters, MaxResults: PAGE_SIZE, NextToken }),
      );
      for (const instance of page.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? []) {
        const observation = observationOf(region, instance);
        if (observation) found.push(observation);
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  }

  private client(region: string): EC2Client {
    const known = this.clients.get(region);
    if (known) return known;
    const client = new EC2Client({
      ...this.config.awsClient(region),
      maxAttempts: 2,
      requestHandler: {
        requestTimeout: CALL_TIMEOUT_MILLISECONDS,
        connectionTimeout: CALL_TIMEOUT_MILLISECONDS,
      },
    });
    observeAws(client);
    this.waitForTurn(client, region);
    this.clients.set(region, client);
    return client;
  }

  /** Each attempt of a call is one: a repeated one waits for its turn like the first. */
  private waitForTurn(client: EC2Client, region: string): void {
    const { perSecond, capacity } = LIMIT;
    const limit = { capacity, perSecond: perSecond * this.config.ec2LimitFactor };
    client.middlewareStack.add(
      (next) => (args) =>
        this.buckets.call(`${region}/DescribeInstances`, limit, isThrottling, () => next(args)),
      { name: 'turn', step: 'finalizeRequest', priority: 'low' },
    );
  }
}

const isThrottling = (error: unknown) => error instanceof Error && error.name === 'RequestLimitExceeded';
