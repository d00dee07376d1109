import { DescribeInstancesCommand, EC2Client, type Filter } from '@aws-sdk/client-ec2';
import { Injectable } from '@nestjs/common';
import { observeAws } from '@berth/telemetry';
import { Config } from '../config.ts';
import { observationOf, type Observation } from './observation.ts';

/** What one filter may list. */
const MAX_FILTER_VALUES = 200;
const PAGE_SIZE = 1_000;
const CALL_TIMEOUT_MILLISECONDS = 5_000;

/** EC2 as this service uses it: it reads instances that carry our deployment's tag, and nothing else. */
@Injectable()
export class Ec2 {
  private readonly clients = new Map<string, EC2Client>();

  constructor(private readonly config: Config) {}

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
    this.clients.set(region, client);
    return client;
  }
}
