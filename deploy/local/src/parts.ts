import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beginBroker } from './broker.ts';
import { DatabaseUsers } from './database-users.ts';
import { folder, passportKeys, ROOT, secretsKey } from './home.ts';
import { freePorts, requireFree } from './ports.ts';
import type { Processes } from './processes.ts';
import type { SystemOptions } from './system.ts';

export type PartsOptions = Pick<
  SystemOptions,
  'home' | 'port' | 'awsPort' | 'instancePort' | 'amqpUrl' | 'amqpUrlOf' | 'mongoUri' | 'env' | 'progress'
>;

export interface Parts {
  /** What leads services to them. */
  env: NodeJS.ProcessEnv;
  /** What leads one service to the broker and the database as the user it is there, and accounts to its key. */
  envOf: (service: string) => NodeJS.ProcessEnv;
  /** The broker takes longest to start; services may start beside it, they wait for it. Rejects when it does not start. */
  brokerReady: Promise<void>;
}

/** So long services wait for the broker that starts beside them; that it does not start is found out sooner. */
const BUS_PATIENCE_SECONDS = 120;

/** Starts what services stand on: database and AWS are up when it resolves, the broker is starting. */
export async function startParts(options: PartsOptions, processes: Processes): Promise<Parts> {
  const { home, port } = options;
  const parts = [
    options.amqpUrl ? running(options.amqpUrl) : broker(options, processes),
    options.mongoUri ? runningDatabase(options.mongoUri) : database(options, processes),
    cloud(options, processes),
  ] as const;
  // When one fails the others are waited for too, or the stop would miss what they are still starting.
  await Promise.allSettled(parts);
  const [bus, mongo, aws] = await Promise.all(parts);
  const { BERTH_PASSPORT_KEY, BERTH_PASSPORT_PUBLIC_KEYS } = passportKeys(home);
  const env = {
    BERTH_PASSPORT_PUBLIC_KEYS,
    ...bus.env,
    MONGODB_URI: mongo.uri,
    BERTH_SECRETS_KEY: process.env['BERTH_SECRETS_KEY'] ?? secretsKey(home),
    BERTH_CONSOLE: process.env['BERTH_CONSOLE'] ?? builtConsole(),
    BERTH_CATALOG_FILE: process.env['BERTH_CATALOG_FILE'] ?? join(ROOT, 'deploy/catalog.yaml'),
    BERTH_PORT: String(port),
    ...aws,
    ...options.env,
  };
  const amqpUrlOf = options.amqpUrlOf ?? bus.urlOf;
  const envOf = (service: string) => ({
    AMQP_URL: amqpUrlOf(service),
    MONGODB_URI: mongo.uriOf(service),
    ...(service === 'accounts' && { BERTH_PASSPORT_KEY }),
  });
  return { env, envOf, brokerReady: bus.ready };
}

/** Whether the page /dev/mail shows what was mailed: not when mail is sent, or others than this machine come in. */
export const showsMail = (): boolean =>
  process.env['BERTH_CLOUD'] !== 'aws' && !process.env['BERTH_SMTP_URL'] && !process.env['BERTH_PUBLIC_URL'];

/** The folder of the web console; empty: none, when it has not been built. */
function builtConsole(): string {
  const folder = join(ROOT, 'apps/console/dist');
  return existsSync(join(folder, 'index.html')) ? folder : '';
}

interface BrokerPart {
  env: NodeJS.ProcessEnv;
  urlOf: (service: string) => string;
  ready: Promise<void>;
}

const running = (amqpUrl: string): BrokerPart => ({
  env: { AMQP_URL: amqpUrl },
  urlOf: () => amqpUrl,
  ready: Promise.resolve(),
});

async function broker({ home, progress }: PartsOptions, processes: Processes): Promise<BrokerPart> {
  const { url, users, children, ready, stop } = await beginBroker({ home, onStart: processes.onStart });
  processes.amqpUrl = url;
  processes.adopt(children, stop);
  ready.then(
    () => progress?.(`broker     ${url}`),
    () => {},
  );
  const env = { AMQP_URL: url, BERTH_BUS_PATIENCE_SECONDS: String(BUS_PATIENCE_SECONDS) };
  return { env, urlOf: (service) => users.urlFor(service, url), ready };
}

interface DatabasePart {
  /** As one who may do everything uses it. */
  uri: string;
  uriOf: (service: string) => string;
}

const runningDatabase = (uri: string): DatabasePart => ({ uri, uriOf: () => uri });

async function database({ home, progress }: PartsOptions, processes: Processes): Promise<DatabasePart> {
  const data = folder(home, 'mongo');
  const users = new DatabaseUsers();
  // One that is known beforehand: when it dies it has to come back where the services look for it.
  const [port] = await freePorts(1);
  const mongo = processes.run('mongo', 'libs/embedded-mongo/dist/main.js', {
    BERTH_MONGO_FILE: join(data, 'data.sqlite'),
    BERTH_MONGO_USERS: users.writeTo(data),
    BERTH_MONGO_PORT: String(port),
    // What a killed process was writing stays locked for so long; no transaction of ours takes a second.
    BERTH_MONGO_TRANSACTION_SECONDS: '3',
  });
  const [, address = ''] = await mongo.line(/ready (mongodb:\S+)/);
  const uri = users.rootUri(address);
  progress?.(`database   ${uri}`);
  return { uri, uriOf: (service) => users.uriFor(service, address) };
}

/** What the simulator laid out before the first server: what a CDK stack makes on real AWS. */
interface LandingZone {
  topicArn: string;
  queueUrl: string;
  hostedZoneId: string;
  invoiceBucket: string;
}

async function cloud(options: PartsOptions, processes: Processes): Promise<NodeJS.ProcessEnv> {
  if (process.env['BERTH_CLOUD'] === 'aws') return {};
  await requireFree(options.awsPort, 'BERTH_AWS_PORT');
  await requireFree(options.instancePort, 'BERTH_SIM_INSTANCE_PORT');
  const simulator = processes.run('aws-simulator', 'apps/aws-simulator/dist/main.js', {
    BERTH_AWS_PORT: String(options.awsPort),
    BERTH_SIM_INSTANCE_PORT: String(options.instancePort),
    BERTH_SIM_STATE: folder(options.home, 'aws'),
    ...options.env,
  });
  const [line] = await simulator.line(/^\{"ready":true.*$/m);
  const { endpoint, instancePort } = JSON.parse(line) as { endpoint: string; instancePort: number };
  const zone = (await (await fetch(`${endpoint}/_sim/landing-zone`)).json()) as LandingZone;
  options.progress?.(`aws        ${endpoint} (simulated)`);
  return {
    BERTH_CLOUD: 'simulator',
    BERTH_AWS_ENDPOINT: endpoint,
    BERTH_CLOCK_URL: `${endpoint}/_sim/clock`,
    BERTH_EVENTS_TOPIC_ARN: zone.topicArn,
    BERTH_EVENTS_QUEUE_URL: zone.queueUrl,
    BERTH_HOSTED_ZONE_ID: zone.hostedZoneId,
    // Where the simulator writes its Cost and Usage Reports.
    BERTH_COST_REPORT_BUCKET: 'berth-cost-reports',
    BERTH_INVOICE_BUCKET: zone.invoiceBucket,
    BERTH_INSTANCE_PORT: String(instancePort),
    BERTH_SERVER_URL: `http://{hostname}:${instancePort}/`,
    // Nobody has to look into the mailbox before they may try it.
    BERTH_VERIFY_EMAIL: process.env['BERTH_VERIFY_EMAIL'] ?? 'off',
    BERTH_DEV_MAIL: process.env['BERTH_DEV_MAIL'] ?? (showsMail() ? 'on' : 'off'),
    // Tests and scripts on one machine ask faster than customers do.
    BERTH_RATE_LIMIT_PER_ACCOUNT: process.env['BERTH_RATE_LIMIT_PER_ACCOUNT'] ?? '100000',
    BERTH_RATE_LIMIT_PER_TOKEN: process.env['BERTH_RATE_LIMIT_PER_TOKEN'] ?? '100000',
    BERTH_RATE_LIMIT_PER_ADDRESS: process.env['BERTH_RATE_LIMIT_PER_ADDRESS'] ?? '100000',
    BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT: process.env['BERTH_REQUESTS_AT_ONCE_PER_ACCOUNT'] ?? '1000',
    BERTH_REQUESTS_AT_ONCE: process.env['BERTH_REQUESTS_AT_ONCE'] ?? '1000',
  };
}
