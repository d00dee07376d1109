import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  NoSuchChange,
  Route53Client,
  type Change,
  type ListResourceRecordSetsRequest,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { TokenBuckets, type BucketLimit } from '@berth/mongo';
import { observeAws } from '@berth/telemetry';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { isHostOf } from '../records/wish.ts';
import { BatchRefused, isRefusal, isThrottling, ZoneNotFound } from './failures.ts';

/** Below the lease of the zone writer, so that a call does not outlive the tenure that began it. */
const CALL_TIMEOUT_MILLISECONDS = 4_000;
/** More hosts to be looked for wait for the next round: changes that need no look go on in between. */
const LOOKS_AT_ONCE = 3;
/**
 * Half of the 10 calls a second that Route 53 allows an account, for whatever else there is in it, and no bursts.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html
 */
const LIMIT: BucketLimit = { capacity: 1, perSecond: 5 };
/** The largest page Route 53 gives. */
const PAGE_SIZE = 300;

/** The zone at Route 53: the only place that talks to it. Calls are not retried here, the zone writer backs off. */
@Injectable()
export class Route53 {
  private readonly client: Route53Client;
  private hostedZoneId: string | undefined;

  constructor(
    private readonly config: Config,
    @InjectConnection() connection: Connection,
  ) {
    this.hostedZoneId = config.hostedZoneId;
    this.client = new Route53Client({
      // Route 53 is global; its endpoint and signatures are those of us-east-1.
      region: 'us-east-1',
      maxAttempts: 1,
      requestHandler: {
        requestTimeout: CALL_TIMEOUT_MILLISECONDS,
        connectionTimeout: CALL_TIMEOUT_MILLISECONDS,
      },
      ...(config.awsEndpoint && { endpoint: config.awsEndpoint }),
      ...(config.simulated && { credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' } }),
    });
    observeAws(this.client);
    const buckets = new TokenBuckets(connection);
    this.client.middlewareStack.add(
      (next) => (args) => buckets.call('Route 53', LIMIT, isThrottling, () => next(args)),
      { name: 'turn', step: 'initialize' },
    );
  }

  /**
   * Sends one atomic batch and returns the id of the change. Throws {@link BatchRefused} when Route 53 will never take
   * it as it is; after any other error it may or may not have been done.
   * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
   */
  async change(changes: Change[]): Promise<string> {
    try {
      const HostedZoneId = await this.zoneId();
      const { ChangeInfo } = await this.client.send(
        new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes: changes } }),
      );
      if (!ChangeInfo?.Id) throw new Error('Route 53 named no change');
      return ChangeInfo.Id;
    } catch (error) {
      throw isRefusal(error) ? new BatchRefused(error) : error;
    }
  }

  /** Whether all name servers have the change; `unknown` when Route 53 does not know it. */
  async statusOf(changeId: string): Promise<'pending' | 'in_sync' | 'unknown'> {
    try {
      const { ChangeInfo } = await this.client.send(new GetChangeCommand({ Id: changeId }));
      return ChangeInfo?.Status === 'INSYNC' ? 'in_sync' : 'pending';
    } catch (error) {
      if (error instanceof NoSuchChange) return 'unknown';
      throw error;
    }
  }

  /**
   * The plain A records that these hosts have now, null where there is none. Each call settles the first host still
   * unknown and every other that happens to be on its page, so neighbours cost one call together and nothing depends on
   * Route 53's sort order. Hosts for which the few calls were not enough are left out.
   */
  async recordsOf(hosts: readonly string[]): Promise<Map<string, ResourceRecordSet | null>> {
    const unknown = new Set([...hosts].sort());
    const known = new Map<string, ResourceRecordSet | null>();
    let calls = 0;
    for (const host of unknown) {
      if (known.has(host)) continue;
      if ((calls += 1) > LOOKS_AT_ONCE) break;
      known.set(host, null);
      for (const record of await this.page(host)) {
        const name = record.Name?.replace(/\.$/, '') ?? '';
        if (unknown.has(name) && record.Type === 'A' && !record.SetIdentifier) known.set(name, record);
      }
    }
    return known;
  }

  /** The plain A records of all hosts of the zone, by host; throws when any page is missing. */
  async hostsOfZone(): Promise<Map<string, ResourceRecordSet>> {
    const HostedZoneId = await this.zoneId();
    const hosts = new Map<string, ResourceRecordSet>();
    let place: Pick<ListResourceRecordSetsRequest, 'StartRecordName' | 'StartRecordType'> | undefined = {};
    while (place) {
      const page: ListResourceRecordSetsResponse = await this.client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId, MaxItems: PAGE_SIZE, ...place }),
      );
      for (const record of page.ResourceRecordSets ?? []) {
        const host = record.Name?.replace(/\.$/, '') ?? '';
        const isOurs = record.Type === 'A' && !record.SetIdentifier && !record.AliasTarget;
        if (isOurs && isHostOf(this.config.zone, host)) hosts.set(host, record);
      }
      const { IsTruncated, NextRecordName: StartRecordName, NextRecordType: StartRecordType } = page;
      place = IsTruncated ? { StartRecordName, StartRecordType } : undefined;
    }
    return hosts;
  }

  private async page(host: string): Promise<ResourceRecordSet[]> {
    const HostedZoneId = await this.zoneId();
    const { ResourceRecordSets } = await this.client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId,
        StartRecordName: host,
        StartRecordType: 'A',
        MaxItems: PAGE_SIZE,
      }),
    );
    return ResourceRecordSets ?? [];
  }

  private async zoneId(): Promise<string> {
    return (this.hostedZoneId ??= await this.findZone());
  }

  private async findZone(): Promise<string> {
    const { HostedZones = [] } = await this.client.send(
      new ListHostedZonesByNameCommand({ DNSName: this.config.zone }),
    );
    const zones = HostedZones.filter(
      ({ Name, Config: settings }) => Name === `${this.config.zone}.` && !settings?.PrivateZone,
    );
    const [zone, another] = zones;
    if (!zone?.Id || another) throw new ZoneNotFound(this.config.zone, zones.length);
    return zone.Id.replace('/hostedzone/', '');
  }
}
