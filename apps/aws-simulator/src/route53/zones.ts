import type { VirtualClock } from '../clock.ts';
import type { Delays } from '../delays.ts';
import { AwsError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Store, Table } from '../store.ts';
import { dnsName, keyOf, type Change, type RecordSet, type Zone } from './model.ts';

/** Hosted zones, their records and changes. */
export class Zones {
  readonly table: Table<Zone>;
  readonly changes: Table<Change>;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #delays: Delays;
  readonly #becomeInSync: (delaySeconds: number, changeId: string) => void;

  constructor({
    store,
    clock,
    random,
    delays,
  }: {
    store: Store;
    clock: VirtualClock;
    random: Random;
    delays: Delays;
  }) {
    this.table = store.table('zones');
    this.changes = store.table('changes');
    this.#clock = clock;
    this.#random = random;
    this.#delays = delays;
    this.#becomeInSync = clock.job('change.insync', (id) => this.#inSync(id));
  }

  /** @throws AwsError NoSuchHostedZone */
  named(id: string): Zone {
    const zone = this.table.get(bare(id));
    if (zone) return zone;
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bare(id)}`, 404);
  }

  create({
    name,
    callerReference,
    comment,
  }: {
    name: string;
    callerReference: string;
    comment?: string | undefined;
  }): Zone {
    const zoneName = dnsName(name);
    const records: Zone['records'] = {};
    for (const record of apexRecords(zoneName)) records[keyOf(record)] = record;
    const id = `Z${this.#random.hex(20).toUpperCase()}`;
    const zone: Zone = {
      id,
      name: zoneName,
      callerReference,
      createdAt: this.#clock.now(),
      records,
      published: { ...records },
      ...(comment !== undefined && { comment }),
    };
    return this.table.put(id, zone);
  }

  /** Makes the edits at once in what the API answers, and in what names resolve to when the change gets INSYNC, in order. */
  change(zone: Zone, edits: Change['edits'], comment?: string): Change {
    apply(zone.records, edits);
    const now = this.#clock.now();
    zone.insyncDueAt = Math.max(now + this.#delays('inSync') * 1000, zone.insyncDueAt ?? 0);
    this.table.put(zone.id, zone);
    const change: Change = {
      id: `C${this.#random.hex(20).toUpperCase()}`,
      zoneId: zone.id,
      submittedAt: now,
      edits,
      ...(comment !== undefined && { comment }),
    };
    this.changes.put(change.id, change);
    this.#becomeInSync((zone.insyncDueAt - now) / 1000, change.id);
    return change;
  }

  /** What name servers answer for an A record: its first address. */
  addressOf(name: string): string | undefined {
    const key = keyOf({ name: dnsName(name), type: 'A' });
    for (const zone of this.table.all()) {
      const address = zone.published[key]?.values[0];
      if (address !== undefined) return address;
    }
    return undefined;
  }

  #inSync(changeId: string): void {
    const change = this.changes.get(changeId);
    const zone = change && this.table.get(change.zoneId);
    if (!change || !zone) return;
    change.insyncAt = this.#clock.now();
    this.changes.put(change.id, change);
    apply(zone.published, change.edits);
    this.table.put(zone.id, zone);
  }
}

/** `/hostedzone/Z1`, `/change/C1` and the bare ids are the same to Route 53. */
export const bare = (id: string) => id.split('/').at(-1) ?? id;

function apply(records: Record<string, RecordSet>, edits: Change['edits']): void {
  for (const { action, record } of edits) {
    if (action === 'DELETE') delete records[keyOf(record)];
    else records[keyOf(record)] = record;
  }
}

const NAME_SERVERS = [
  'ns-1.awsdns-sim.com',
  'ns-2.awsdns-sim.net',
  'ns-3.awsdns-sim.org',
  'ns-4.awsdns-sim.co.uk',
];
export const delegationSet = { NameServers: NAME_SERVERS };

const apexRecords = (name: string): RecordSet[] => [
  { name, type: 'NS', ttl: 172_800, values: NAME_SERVERS.map((server) => `${server}.`) },
  {
    name,
    type: 'SOA',
    ttl: 900,
    values: [`${NAME_SERVERS[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`],
  },
];
