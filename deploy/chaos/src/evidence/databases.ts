import { mongo } from 'mongoose';

/** What lies in the services' databases and should not lie there when all is at rest. */
export interface DatabaseEvidence {
  /** Messages that wait to be sent: which service's, and stored when (Unix milliseconds of the machine's clock). */
  outbox: { service: string; id: string; type: string; storedAt: number; error: string | null }[];
  /** Leases on servers: somebody is at work on each, or died over it. */
  leases: { service: string; id: string }[];
  /** Wishes, facts and changes that have not had their effect. */
  unfinished: { service: string; what: string; id: string }[];
  /** The instance each server believes to have. */
  instances: { serverId: string; instanceId: string | null; formerInstanceIds: string[] }[];
}

const DATABASES = {
  accounts: 'berth_accounts',
  catalog: 'berth_catalog',
  provisioning: 'berth_provisioning',
  dns: 'berth_dns',
  'state-tracking': 'berth_state_tracking',
  billing: 'berth_billing',
};
type Row = Record<string, unknown> & { _id: string };

/** Reads all databases directly, and changes nothing. */
export async function readDatabases(mongoUri: string): Promise<DatabaseEvidence> {
  const client = new mongo.MongoClient(mongoUri);
  try {
    const rows = (service: keyof typeof DATABASES, collection: string, filter: object = {}) =>
      client.db(DATABASES[service]).collection<Row>(collection).find(filter).toArray();
    const services = Object.keys(DATABASES) as (keyof typeof DATABASES)[];
    const unfinished = async (
      service: keyof typeof DATABASES,
      collection: string,
      filter: object,
      what: string,
    ) => (await rows(service, collection, filter)).map(({ _id }) => ({ service, what, id: String(_id) }));
    const outboxes = services.map(async (service) =>
      (await rows(service, 'outbox')).map((row) => ({
        service,
        id: row._id,
        type: String(row['routingKey']),
        storedAt: madeAt(row._id),
        error: typeof row['error'] === 'string' ? row['error'] : null,
      })),
    );
    const leases = await rows('provisioning', 'aggregate_leases');
    const servers = await rows('provisioning', 'servers');
    return {
      outbox: (await Promise.all(outboxes)).flat(),
      leases: leases.map(({ _id }) => ({ service: 'provisioning', id: _id })),
      unfinished: (
        await Promise.all([
          unfinished('dns', 'records', { status: 'pending' }, 'wish for a record'),
          unfinished('dns', 'batches', {}, 'change of the zone'),
          unfinished('billing', 'facts', { considered: false }, 'transition to be billed'),
          unfinished('state-tracking', 'feed_arrivals', {}, 'change to be told'),
        ])
      ).flat(),
      instances: servers.map((server) => ({
        serverId: server._id,
        instanceId: (server['instance'] as { id: string } | null)?.id ?? null,
        formerInstanceIds: (server['formerInstanceIds'] as string[] | undefined) ?? [],
      })),
    };
  } finally {
    await client.close();
  }
}

const BASE_32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** When a TypeID was made: its first 50 bits are a 48-bit time (https://github.com/jetify-com/typeid/tree/main/spec). */
export function madeAt(typeId: string): number {
  const suffix = typeId.slice(typeId.lastIndexOf('_') + 1);
  return [...suffix.slice(0, 10)].reduce((time, letter) => time * 32 + BASE_32.indexOf(letter), 0);
}
