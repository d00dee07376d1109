import { deserialize, serialize } from 'bson';
import {
  type ClientSessionOptions,
  type Collection,
  type Db,
  MongoClient,
  type MongoClientOptions,
  ReadPreference,
} from 'mongodb';
import type { Entities, Json } from './format.ts';

/** A command event of a client, as `expectEvents` compares it. */
export interface CommandEvent {
  type: string;
  commandName: string;
  command?: unknown;
  reply?: unknown;
}

/** The clients of one test and what they were seen sending. */
export interface TestRun {
  entities: Entities;
  clients: MongoClient[];
  events: Record<string, CommandEvent[]>;
}

const eventNames = {
  commandStartedEvent: 'commandStarted',
  commandSucceededEvent: 'commandSucceeded',
  commandFailedEvent: 'commandFailed',
} as const;

const neverObserved = ['configureFailPoint', 'endSessions', 'hello'];

/** Creates the entities a test file lists. */
export async function createEntities(run: TestRun, uri: string, list: Json[]): Promise<void> {
  for (const item of list) {
    const [[kind, raw]] = Object.entries(item) as [[string, Json]];
    const id = String(raw.id);
    if (kind === 'client') run.entities[id] = await createClient(run, uri, raw);
    else if (kind === 'database') {
      const client = run.entities[String(raw.client)] as MongoClient;
      run.entities[id] = client.db(String(raw.databaseName), driverOptions(raw.databaseOptions));
    } else if (kind === 'collection') {
      const database = run.entities[String(raw.database)] as Db;
      run.entities[id] = database.collection(
        String(raw.collectionName),
        driverOptions(raw.collectionOptions),
      );
    } else if (kind === 'session') {
      const client = run.entities[String(raw.client)] as MongoClient;
      run.entities[id] = client.startSession(sessionOptions(raw.sessionOptions));
    } else throw new Error(`the runner does not know the entity ${kind}`);
  }
}

async function createClient(run: TestRun, uri: string, raw: Json): Promise<MongoClient> {
  const options = { ...(raw.uriOptions as MongoClientOptions), monitorCommands: true };
  if (raw.serverApi) options.serverApi = raw.serverApi as NonNullable<MongoClientOptions['serverApi']>;
  const client = new MongoClient(uri, options);
  const events: CommandEvent[] = (run.events[String(raw.id)] = []);
  const ignored = [...neverObserved, ...((raw.ignoreCommandMonitoringEvents as string[] | undefined) ?? [])];
  for (const [type, event] of Object.entries(eventNames)) {
    if (!(raw.observeEvents as string[] | undefined)?.includes(type)) continue;
    client.on(event, (seen: CommandEvent) => {
      const { commandName, command, reply } = seen;
      if (!ignored.includes(commandName))
        events.push({ type, commandName, command: copied(command), reply: copied(reply) });
    });
  }
  run.clients.push(client);
  return client.connect();
}

/** As it was then: the driver goes on changing the objects it has sent. */
function copied(document: unknown): unknown {
  return document === undefined
    ? undefined
    : deserialize(serialize(document as Json), { promoteValues: false });
}

function sessionOptions(raw: unknown): ClientSessionOptions {
  const options = { ...(raw as Json | undefined) };
  const transaction = options.defaultTransactionOptions as Json | undefined;
  if (transaction) options.defaultTransactionOptions = driverOptions(transaction);
  return options;
}

/** Options as the driver takes them: read preferences are objects of its own. */
export function driverOptions(raw: unknown): Json {
  const options = { ...(raw as Json | undefined) };
  const preference = options.readPreference as { mode: string; maxStalenessSeconds?: number } | undefined;
  if (preference)
    options.readPreference = ReadPreference.fromOptions({ readPreference: preference as never });
  return options;
}

export type AnyCollection = Collection<Json>;
