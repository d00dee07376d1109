import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { HostRecord } from '../records/record.model.ts';

/** A server that gets a new address is reachable again within this. */
export const TTL_SECONDS = 60;
/** Values in one batch, an UPSERT counted twice: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const MAX_VALUES = 1_000;

/** A change of one host, with what is needed when it is refused or its answer is lost. */
export interface HostChange {
  host: string;
  /** The address the host has afterwards; null: none. */
  ip: string | null;
  /** What `written` is while the change is under way: an address, whichever it is. */
  writing: string | null;
  /** What `written` was before. */
  before: string | null;
  change: Change;
}

/** The next batch, and what needs none. */
export interface Plan {
  changes: HostChange[];
  /** Hosts that are to have no record and never had one since they were last known to have none. */
  absent: string[];
}

/**
 * What to send for these wishes, as many of them as fit into one batch. `zone` holds the records that hosts to be removed
 * have now, null for none; a removal of which it says nothing has to wait for another look.
 *
 * A host that has no record although an address was once written went away by a removal whose answer was lost, so
 * nobody can tell whether that is in sync. Its record is made again first: the next removal then has an answer. That is
 * harmless, as an address is not given back before its removal is in sync.
 */
export function plan(
  wishes: readonly HostRecord[],
  zone: ReadonlyMap<string, ResourceRecordSet | null>,
): Plan {
  const changes: HostChange[] = [];
  const absent: string[] = [];
  let values = 0;
  for (const wish of wishes) {
    const change = changeFor(wish, zone.get(wish._id));
    if (change === 'none') absent.push(wish._id);
    if (typeof change === 'string') continue;
    values += valuesOf(change);
    if (values > MAX_VALUES) break;
    changes.push(change);
  }
  return { changes, absent };
}

function changeFor(wish: HostRecord, existing: ResourceRecordSet | null | undefined) {
  if (wish.ip !== null) return upsert(wish, wish.ip);
  if (existing === undefined) return 'unknown';
  if (existing !== null) return removal(wish, existing);
  return wish.written === null ? 'none' : upsert(wish, wish.written);
}

function upsert({ _id: host, written }: HostRecord, ip: string): HostChange {
  const record: ResourceRecordSet = {
    Name: host,
    Type: 'A',
    TTL: TTL_SECONDS,
    ResourceRecords: [{ Value: ip }],
  };
  return { host, ip, writing: ip, before: written, change: { Action: 'UPSERT', ResourceRecordSet: record } };
}

/** A DELETE has to name the record exactly as it is. */
function removal({ _id: host, written }: HostRecord, existing: ResourceRecordSet): HostChange {
  const writing = existing.ResourceRecords?.[0]?.Value ?? written;
  return {
    host,
    ip: null,
    writing,
    before: written,
    change: { Action: 'DELETE', ResourceRecordSet: existing },
  };
}

function valuesOf({ change }: HostChange): number {
  const values = change.ResourceRecordSet?.ResourceRecords?.length ?? 1;
  return change.Action === 'UPSERT' ? values * 2 : values;
}
