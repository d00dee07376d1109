import { isIPv4, isIPv6 } from 'node:net';
import type { Change as ChangeRequest, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../errors.ts';
import { dnsName, keyOf, type Change, type RecordSet, type Zone } from './model.ts';

const MOST_RECORDS = 1000;
const MOST_VALUE_CHARACTERS = 32_000;
const TYPES = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'CAA', 'NS', 'SOA', 'PTR'];

/**
 * The edits of a batch that may be made, all or none.
 * Rules: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 * @throws AwsError InvalidChangeBatch with every reason, InvalidInput for what is no record at all
 */
export function editsOf(zone: Zone, changes: ChangeRequest[]): Change['edits'] {
  const edits = changes.map((change) => ({
    action: actionOf(change),
    record: recordOf(change.ResourceRecordSet),
  }));
  const tooMuch = limitsExceeded(edits);
  if (tooMuch) throw invalidBatch([tooMuch]);
  const after = { ...zone.records };
  const touched = new Set<string>();
  const reasons: string[] = [];
  for (const edit of edits) {
    const reason = refusal(zone, after, touched, edit);
    if (reason) reasons.push(reason);
    else if (edit.action === 'DELETE') delete after[keyOf(edit.record)];
    else after[keyOf(edit.record)] = edit.record;
  }
  if (reasons.length > 0) throw invalidBatch(reasons);
  return edits;
}

const invalidBatch = (reasons: string[]) => new AwsError('InvalidChangeBatch', `[${reasons.join(', ')}]`);

function actionOf({ Action: action }: ChangeRequest): 'CREATE' | 'UPSERT' | 'DELETE' {
  if (action === 'CREATE' || action === 'UPSERT' || action === 'DELETE') return action;
  throw new AwsError('InvalidInput', `Invalid action: ${action}`);
}

function recordOf(set: ResourceRecordSet | undefined): RecordSet {
  const { Name: name, Type: type, TTL: ttl, ResourceRecords: records, ...others } = set ?? {};
  if (Object.keys(others).length > 0) {
    throw new AwsError(
      'InvalidInput',
      `The simulator knows no ${Object.keys(others).join(', ')} in a record set`,
    );
  }
  if (!name || !type || !TYPES.includes(type))
    throw new AwsError('InvalidInput', 'Invalid name or type of a record set');
  if (ttl === undefined || ttl < 0 || ttl > 2_147_483_647)
    throw new AwsError('InvalidInput', 'Missing or invalid field TTL');
  const values = (records ?? []).map(({ Value }) => Value ?? '');
  if (values.length === 0) throw new AwsError('InvalidInput', 'Missing field ResourceRecords');
  return { name: dnsName(name), type, ttl, values };
}

/** An UPSERT counts twice. */
function limitsExceeded(edits: Change['edits']): string | undefined {
  const weighed = edits.map(({ action, record }) => ({
    weight: action === 'UPSERT' ? 2 : 1,
    values: record.values,
  }));
  const total = (size: (values: string[]) => number) =>
    weighed.reduce((sum, { weight, values }) => sum + weight * size(values), 0);
  if (total((values) => values.length) > MOST_RECORDS)
    return `Number of records limit of ${MOST_RECORDS} exceeded.`;
  if (total((values) => values.join('').length) > MOST_VALUE_CHARACTERS) {
    return `Number of characters limit of ${MOST_VALUE_CHARACTERS} exceeded.`;
  }
  return undefined;
}

function refusal(
  zone: Zone,
  records: Record<string, RecordSet>,
  touched: Set<string>,
  { action, record }: Change['edits'][number],
): string | undefined {
  const { name, type } = record;
  const existing = records[keyOf(record)];
  const described = `resource record set [name='${name}', type='${type}']`;
  const once = `${action} ${keyOf(record)}`;
  if (touched.has(once)) return `The request contains an invalid set of changes for a ${described}`;
  touched.add(once);
  if (name !== zone.name && !name.endsWith(`.${zone.name}`)) {
    return `RRSet with DNS name ${name} is not permitted in zone ${zone.name}`;
  }
  if (name === zone.name && (type === 'SOA' || (type === 'NS' && action === 'DELETE'))) {
    return `A HostedZone must contain exactly one SOA record and at least one NS record for the zone itself`;
  }
  const malformed = badName(name) ?? badValue(record);
  if (malformed) return malformed;
  if (action === 'DELETE') {
    if (!existing) return `Tried to delete ${described} but it was not found`;
    return same(existing, record)
      ? undefined
      : `Tried to delete ${described} but the values provided do not match the current values`;
  }
  if (action === 'CREATE' && existing) return `Tried to create ${described} but it already exists`;
  return conflictOf(records, record);
}

/** A CNAME stands alone under its name (RFC 1034, 3.6.2). */
function conflictOf(records: Record<string, RecordSet>, { name, type }: RecordSet): string | undefined {
  const other = Object.values(records).find(
    (record) => record.name === name && record.type !== type && (type === 'CNAME' || record.type === 'CNAME'),
  );
  return (
    other &&
    `RRSet of type ${type} with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name`
  );
}

function badName(name: string): string | undefined {
  const labels = name.replace(/\.$/, '').split('.');
  if (name.length <= 255 && labels.every((label) => label.length >= 1 && label.length <= 63))
    return undefined;
  return `FATAL problem: DomainLabelTooLong or DomainLabelEmpty encountered with '${name}'`;
}

function badValue({ type, values }: RecordSet): string | undefined {
  const problem = (value: string) => {
    if (type === 'A' && !isIPv4(value))
      return 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)';
    if (type === 'AAAA' && !isIPv6(value))
      return 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)';
    return undefined;
  };
  for (const value of values) {
    const found = problem(value);
    if (found) return `Invalid Resource Record: 'FATAL problem: ${found} encountered with '${value}''`;
  }
  return new Set(values).size < values.length ? 'Duplicate Resource Record' : undefined;
}

const same = (a: RecordSet, b: RecordSet) =>
  a.ttl === b.ttl && JSON.stringify([...a.values].sort()) === JSON.stringify([...b.values].sort());
