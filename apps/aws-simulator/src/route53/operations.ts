import type {
  ChangeInfo,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
  CreateHostedZoneRequest,
  CreateHostedZoneResponse,
  GetChangeRequest,
  GetChangeResponse,
  GetHostedZoneRequest,
  GetHostedZoneResponse,
  HostedZone,
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse,
  ListResourceRecordSetsRequest,
  ListResourceRecordSetsResponse,
  RRType,
} from '@aws-sdk/client-route-53';
import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import { editsOf } from './change-batch.ts';
import { dnsName, type Change, type RecordSet, type Zone } from './model.ts';
import { bare, delegationSet } from './zones.ts';

const MOST_ITEMS = 300;
const MOST_ZONES = 100;

/** All that is simulated of Route 53. Every other operation of its API is answered with NotImplemented. */
export function route53Operations({ zones, clock, delays }: World) {
  const changing = new Set<string>();

  return {
    CreateHostedZone(input: CreateHostedZoneRequest): CreateHostedZoneResponse {
      const { Name: name, CallerReference: callerReference } = input;
      if (!name || !callerReference)
        throw new AwsError('InvalidInput', 'Name and CallerReference are required');
      if (zones.table.all().some((zone) => zone.callerReference === callerReference)) {
        throw new AwsError(
          'HostedZoneAlreadyExists',
          `A hosted zone has been created with ${callerReference}`,
          409,
        );
      }
      const zone = zones.create({ name, callerReference, comment: input.HostedZoneConfig?.Comment });
      return {
        HostedZone: zoneView(zone),
        ChangeInfo: changeView(zones.change(zone, [])),
        DelegationSet: delegationSet,
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
      };
    },

    GetHostedZone(input: GetHostedZoneRequest): GetHostedZoneResponse {
      return { HostedZone: zoneView(zones.named(input.Id ?? '')), DelegationSet: delegationSet };
    },

    ListHostedZonesByName(input: ListHostedZonesByNameRequest): ListHostedZonesByNameResponse {
      const from = input.DNSName === undefined ? '' : reversed(dnsName(input.DNSName));
      const limit = Math.min(Number(input.MaxItems ?? MOST_ZONES), MOST_ZONES);
      const sorted = zones.table
        .all()
        .sort((a, b) => compare(`${reversed(a.name)} ${a.id}`, `${reversed(b.name)} ${b.id}`))
        .filter((zone) => compare(reversed(zone.name), from) >= 0)
        .filter(
          (zone) =>
            !input.HostedZoneId || reversed(zone.name) !== from || zone.id >= bare(input.HostedZoneId),
        );
      const next = sorted[limit];
      return {
        DNSName: input.DNSName,
        HostedZones: sorted.slice(0, limit).map(zoneView),
        IsTruncated: next !== undefined,
        NextDNSName: next?.name,
        NextHostedZoneId: next?.id,
        MaxItems: limit,
      };
    },

    /** Route 53 works on one request per zone and refuses others meanwhile; the answer comes when it is done. */
    async ChangeResourceRecordSets(
      input: ChangeResourceRecordSetsRequest,
    ): Promise<ChangeResourceRecordSetsResponse> {
      const zone = zones.named(input.HostedZoneId ?? '');
      if (changing.has(zone.id)) {
        throw new AwsError(
          'PriorRequestNotComplete',
          'The request was rejected because Route 53 was still processing a prior request.',
        );
      }
      const requested = input.ChangeBatch?.Changes ?? [];
      if (requested.length === 0)
        throw new AwsError('InvalidInput', 'A change batch needs at least one change');
      const change = zones.change(zone, editsOf(zone, requested), input.ChangeBatch?.Comment);
      const answer = { ChangeInfo: changeView(change) };
      changing.add(zone.id);
      await clock.sleep(delays('zoneChange'));
      changing.delete(zone.id);
      return answer;
    },

    GetChange(input: GetChangeRequest): GetChangeResponse {
      const change = zones.changes.get(bare(input.Id ?? ''));
      if (!change) throw new AwsError('NoSuchChange', `A change with ID ${input.Id} does not exist.`, 404);
      return { ChangeInfo: changeView(change) };
    },

    ListResourceRecordSets(input: ListResourceRecordSetsRequest): ListResourceRecordSetsResponse {
      const zone = zones.named(input.HostedZoneId ?? '');
      if (input.StartRecordType && !input.StartRecordName) {
        throw new AwsError('InvalidInput', 'StartRecordType needs StartRecordName');
      }
      const from =
        input.StartRecordName &&
        orderOf({ name: dnsName(input.StartRecordName), type: input.StartRecordType ?? '' });
      const limit = Math.min(Number(input.MaxItems ?? MOST_ITEMS), MOST_ITEMS);
      const sorted = Object.values(zone.records)
        .sort((a, b) => compare(orderOf(a), orderOf(b)))
        .filter((record) => !from || compare(orderOf(record), from) >= 0);
      const next = sorted[limit];
      return {
        ResourceRecordSets: sorted.slice(0, limit).map(recordView),
        IsTruncated: next !== undefined,
        NextRecordName: next?.name,
        NextRecordType: next?.type as RRType | undefined,
        MaxItems: limit,
      };
    },
  };
}

/** Route 53 sorts names by their labels from the right. */
const reversed = (name: string) => name.replace(/\.$/, '').split('.').reverse().join('.');
const orderOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>) => `${reversed(name)} ${type}`;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const zoneView = (zone: Zone): HostedZone => ({
  Id: `/hostedzone/${zone.id}`,
  Name: zone.name,
  CallerReference: zone.callerReference,
  Config: { Comment: zone.comment, PrivateZone: false },
  ResourceRecordSetCount: Object.keys(zone.records).length,
});

const changeView = (change: Change): ChangeInfo => ({
  Id: `/change/${change.id}`,
  Status: change.insyncAt === undefined ? 'PENDING' : 'INSYNC',
  SubmittedAt: new Date(change.submittedAt),
  Comment: change.comment,
});

const recordView = ({ name, type, ttl, values }: RecordSet) => ({
  Name: name,
  Type: type as RRType,
  TTL: ttl,
  ResourceRecords: values.map((Value) => ({ Value })),
});
