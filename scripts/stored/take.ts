import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addStaff, freePorts, startSystem, type System } from '@berth/local';
import { EJSON } from 'bson';
import { MongoClient, type Db } from 'mongodb';
import { eventually } from './eventually.ts';
import { currentShapes } from './shapes.ts';
import { LOGIN, REPEATABLE, simulator, STAFF, tour } from './tour.ts';

/** What is sealed in a snapshot was sealed under this key, which protects nothing. */
const SNAPSHOT_KEY = Buffer.from('berth stored snapshots, no secret').subarray(0, 32).toString('base64');

/**
 * Runs the whole system as it is now through {@link tour}, takes the broker away so that messages stay behind unsent, freezes
 * every process in the middle of its work, and writes what a crash would have left: the databases of the services and the
 * simulated AWS, a document a line, into `folder`.
 */
export async function takeSnapshot(folder: string, release: string): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'berth-stored-'));
  const [port = 0, awsPort = 0, instancePort = 0] = await freePorts(3);
  const system = await startSystem({
    ...{ home, port, awsPort, instancePort },
    env: {
      ...{ BERTH_SECRETS_KEY: SNAPSHOT_KEY, BERTH_LOG_LEVEL: 'warn' },
      ...{ BERTH_SIM_BOOT_SECONDS: '1.5', BERTH_SIM_SPEED: '10', BERTH_SWEEP_SECONDS: '1' },
    },
  });
  try {
    await addStaff(STAFF, system);
    const left = await tour(system.url, system.awsEndpoint);
    const about = { release, secretsKey: SNAPSHOT_KEY, login: LOGIN, ...left, launch: REPEATABLE };
    await freeze(system, home, folder, about);
  } finally {
    signal(system, 'SIGCONT');
    await system.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** The tour ends shortly before a full hour, after which billing has records to send. */
const ENOUGH_FOR_THE_HOUR_SECONDS = 60;

async function freeze(system: System, home: string, folder: string, about: object): Promise<void> {
  const mongo = new MongoClient(system.mongoUri, { readPreference: 'primaryPreferred' });
  await mongo.connect();
  signal(system, 'SIGSTOP', (name) => name === 'rabbitmq');
  await simulator(system.awsEndpoint, 'POST', 'clock', { advanceSeconds: ENOUGH_FOR_THE_HOUR_SECONDS });
  const unsent = async (service: string) =>
    (await mongo.db(`berth_${service}`).collection('outbox').countDocuments()) > 0;
  await eventually(async () => (await unsent('billing')) && (await unsent('state_tracking')));
  const { offsetMilliseconds } = await simulator<{ offsetMilliseconds: number }>(
    system.awsEndpoint,
    'GET',
    'clock',
  );
  signal(system, 'SIGSTOP', (name) => name !== 'mongo');

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const takenAt = new Date(Date.now() + offsetMilliseconds).toISOString();
  write(join(folder, 'about.json'), { ...about, takenAt });
  write(join(folder, 'shapes.json'), currentShapes());
  write(join(folder, 'aws.json'), simulatedAws(home));
  const { databases } = await mongo.db().admin().listDatabases({ nameOnly: true });
  for (const { name } of databases) {
    if (name.startsWith('berth_')) write(join(folder, `${name}.json`), await contentOf(mongo.db(name)));
  }
  await mongo.close();
}

/** Its files are locked while the simulator is there: a copy is not. */
function simulatedAws(home: string): Record<string, unknown[]> {
  const [there, here] = [join(home, 'aws'), join(home, 'copy')];
  mkdirSync(here);
  for (const file of ['world.db', 'world.db-wal']) {
    if (existsSync(join(there, file))) copyFileSync(join(there, file), join(here, file));
  }
  const database = new DatabaseSync(join(here, 'world.db'));
  const tables: Record<string, unknown[]> = {};
  for (const row of database.prepare('SELECT tab, id, body FROM documents ORDER BY tab, id').all()) {
    (tables[String(row['tab'])] ??= []).push({ id: row['id'], body: JSON.parse(String(row['body'])) });
  }
  database.close();
  return tables;
}

/** Counts of a quarter of an hour and of a day: nobody takes them up later. */
const PASSING = ['attempts', 'password_attempts'];
/** What is handled lies in an inbox by the hundred, all alike. */
const ENOUGH_OF_INBOX = 5;

async function contentOf(db: Db): Promise<Record<string, unknown[]>> {
  const collections = (await db.listCollections().toArray()).map(({ name }) => name).sort();
  const content: Record<string, unknown[]> = {};
  for (const name of collections.filter((each) => !PASSING.includes(each))) {
    const found = db.collection(name).find().sort({ _id: 1 });
    content[name] = await (name === 'inbox' ? found.limit(ENOUGH_OF_INBOX) : found).toArray();
  }
  return content;
}

/** A document a line, so that a diff can be read. */
function write(file: string, content: object): void {
  const lines = Object.entries(content).map(([name, value]) =>
    Array.isArray(value)
      ? ` ${JSON.stringify(name)}: [${value.map((each) => `\n  ${EJSON.stringify(each, { relaxed: true })}`).join(',')}\n ]`
      : ` ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

/** To the whole group of each process: RabbitMQ is started by a script. */
function signal({ children }: System, name: NodeJS.Signals, wanted = (_child: string) => true): void {
  for (const [child, { pid }] of children) if (pid !== undefined && wanted(child)) process.kill(-pid, name);
}
