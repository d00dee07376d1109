import { mongo } from 'mongoose';

/** What lies in the services' databases and should not lie there when all is at rest. */
export interface LeftInDatabases {
  /** Messages that wait to be sent: which service's, and stored when (Unix milliseconds of the machine's clock). */
  outbox: { service: string; id: string; type: string; storedAt: number; error: string | null }[];
  /** Leases on servers: somebody is at work on each, or died over it. */
  leases: { service: string; id: string }[];
  /** Wishes, facts and changes that have not had their effect. */
  unfinished: { service: string; what: string; id: string }[];
}

export interface DatabaseEvidence extends LeftInDatabases {
  /** The instance each server believes to have. */
  instances: { serverId: string; instanceId: string | null }[];
}

const DATABASES = {
  accounts: 'berth_accounts',
  catalog: 'berth_catalog',
  provisioning: 'berth_provisioning',
  dns: 'berth_dns',
  'state-tracking': 'berth_state_tracking',
  billing: 'berth_billing',
};
type Service = keyof typeof DATABASES;
type Row = Record<string, unknown> & { _id: string };

/** Reads all databases directly, and changes nothing. */
export function readDatabases(mongoUri: string): Promise<DatabaseEvidence> {
  return connected(mongoUri, async (client) => {
    const servers = await rowsOf(client, 'provisioning', 'servers', {}, { 'instance.id': 1 });
    const instances = servers.map(({ _id, instance }) => ({
      serverId: _id,
      instanceId: (instance as { id: string } | null)?.id ?? null,
    }));
    return { ...(await leftIn(client)), instances };
  });
}

/** Servers that are neither at rest nor done with what their state asks for, and all else that is not done. */
export function readUnderWay(
  mongoUri: string,
  resting: readonly string[],
  now: Date,
): Promise<LeftInDatabases & { changing: { id: string; status: string }[] }> {
  return connected(mongoUri, async (client) => {
    const isChanging = { $or: [{ status: { $nin: resting } }, { 'progress.step': { $ne: null } }] };
    const changing = await rowsOf(client, 'provisioning', 'servers', isChanging, { status: 1 });
    const left = await leftIn(client);
    const uncut = await rowsOf(client, 'billing', 'ledgers', isUncut(now), { _id: 1 });
    const hours = uncut.map(({ _id }) => ({ service: 'billing', what: 'usage of a full hour', id: _id }));
    return {
      ...left,
      unfinished: [...left.unfinished, ...hours],
      changing: changing.map(({ _id, status }) => ({ id: _id, status: String(status) })),
    };
  });
}

async function leftIn(client: mongo.MongoClient): Promise<LeftInDatabases> {
  const services = Object.keys(DATABASES) as Service[];
  const outboxes = services.map(async (service) =>
    (await rowsOf(client, service, 'outbox')).map(({ _id, routingKey, error }) => ({
      service,
      id: _id,
      type: String(routingKey),
      storedAt: madeAt(_id),
      error: typeof error === 'string' ? error : null,
    })),
  );
  const leases = await rowsOf(client, 'provisioning', 'aggregate_leases');
  const unfinished = UNFINISHED.map(async ({ service, collection, filter, what }) =>
    (await rowsOf(client, service, collection, filter)).map(({ _id }) => ({
      service,
      what,
      id: String(_id),
    })),
  );
  return {
    outbox: (await Promise.all(outboxes)).flat(),
    leases: leases.map(({ _id }) => ({ service: 'provisioning', id: _id })),
    unfinished: (await Promise.all(unfinished)).flat(),
  };
}

/** What is stored as not done yet. */
const UNFINISHED: readonly { service: Service; collection: string; filter: object; what: string }[] = [
  { service: 'dns', collection: 'records', filter: { status: 'pending' }, what: 'wish for a record' },
  { service: 'dns', collection: 'batches', filter: {}, what: 'change of the zone' },
  { service: 'billing', collection: 'facts', filter: { considered: false }, what: 'transition to be billed' },
  { service: 'state-tracking', collection: 'feed_arrivals', filter: {}, what: 'change to be told' },
];

const HOUR_MILLISECONDS = 3_600_000;

/** Whose usage goes on, and is not recorded to the last full hour yet. */
const isUncut = (now: Date) => ({
  open: true,
  missing: null,
  cutUntil: { $lt: new Date(Math.floor(now.getTime() / HOUR_MILLISECONDS) * HOUR_MILLISECONDS) },
});

const rowsOf = (
  client: mongo.MongoClient,
  service: Service,
  collection: string,
  filter: object = {},
  projection?: Record<string, 1>,
) =>
  client
    .db(DATABASES[service])
    .collection<Row>(collection)
    .find(filter, projection && { projection })
    .toArray() as Promise<Row[]>;

async function connected<Result>(
  mongoUri: string,
  work: (client: mongo.MongoClient) => Promise<Result>,
): Promise<Result> {
  const client = new mongo.MongoClient(mongoUri, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await work(client);
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
