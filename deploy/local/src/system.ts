import { join } from 'node:path';
import { startBroker } from './broker.ts';
import type { Child } from './child.ts';
import { folder, ROOT, secretsKey } from './home.ts';
import { clearLeftovers } from './leftovers.ts';
import { requireFree } from './ports.ts';
import { Processes } from './processes.ts';
import { untilReady } from './until-ready.ts';

/** The services, each a process of its own; the gateway last, so that a stop takes it away first. */
const SERVICES = [
  'accounts',
  'catalog',
  'provisioning',
  'dns',
  'state-tracking',
  'billing',
  'gateway',
] as const;
export type Service = (typeof SERVICES)[number];

export interface SystemOptions {
  /** Data, logs and settings. */
  home: string;
  /** The gateway's port. */
  port: number;
  /** The simulator's port, and the one on which simulated instances answer. */
  awsPort: number;
  instancePort: number;
  /** A broker and a database to use instead of private ones. */
  amqpUrl?: string | undefined;
  mongoUri?: string | undefined;
  /** More environment for every process. */
  env?: NodeJS.ProcessEnv;
  /** How many processes of a service to run, if more than one. */
  replicas?: Partial<Record<Service, number>>;
  /** Told what is being done, a line each. */
  progress?: (line: string) => void;
  /** Ends a start that is under way; what was started is stopped. */
  signal?: AbortSignal;
}

export interface System {
  url: string;
  /** Of the simulated AWS; empty with BERTH_CLOUD=aws. */
  awsEndpoint: string;
  /** Of the database of all services. */
  mongoUri: string;
  /** The processes by name: `provisioning`, and `provisioning-2` for a second replica. */
  children: ReadonlyMap<string, Child>;
  stop(): Promise<void>;
}

/**
 * Starts the whole of Berth on this machine and resolves when the gateway says that all of it is ready. With
 * BERTH_CLOUD=aws it runs against real AWS instead of the simulator; the caller's environment then holds the settings
 * of the landing zone.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { home, port } = options;
  await clearLeftovers(home);
  await requireFree(port, 'BERTH_PORT');
  const processes = new Processes(home);
  try {
    const parts = [
      options.amqpUrl ?? broker(options, processes),
      options.mongoUri ?? database(options, processes),
      cloud(options, processes),
    ] as const;
    // When one fails the others are waited for too, or the stop would miss what they are still starting.
    await Promise.allSettled(parts);
    const [amqpUrl, mongoUri, aws] = await Promise.all(parts);
    const env = {
      AMQP_URL: amqpUrl,
      MONGODB_URI: mongoUri,
      BERTH_SECRETS_KEY: process.env['BERTH_SECRETS_KEY'] ?? secretsKey(home),
      BERTH_CATALOG_FILE: process.env['BERTH_CATALOG_FILE'] ?? join(ROOT, 'deploy/catalog.yaml'),
      BERTH_PORT: String(port),
      ...aws,
      ...options.env,
    };
    for (const service of SERVICES) {
      for (let replica = 1; replica <= (options.replicas?.[service] ?? 1); replica++) {
        processes.run(replica === 1 ? service : `${service}-${replica}`, `apps/${service}/dist/main.js`, env);
      }
    }
    const url = `http://localhost:${port}`;
    await untilReady(url, processes, options);
    return {
      url,
      awsEndpoint: aws['BERTH_AWS_ENDPOINT'] ?? '',
      mongoUri,
      children: processes.children,
      stop: () => processes.stop(),
    };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

async function broker({ home, progress }: SystemOptions, processes: Processes): Promise<string> {
  const { url, children, stop } = await startBroker({ home, onStart: processes.onStart });
  processes.amqpUrl = url;
  processes.adopt(children, stop);
  progress?.(`broker     ${url}`);
  return url;
}

async function database({ home, progress }: SystemOptions, processes: Processes): Promise<string> {
  const file = join(folder(home, 'mongo'), 'data.sqlite');
  const mongo = processes.run('mongo', 'libs/embedded-mongo/dist/main.js', {
    BERTH_MONGO_FILE: file,
    BERTH_MONGO_PORT: '0',
    // What a killed process was writing stays locked for so long; no transaction of ours takes a second.
    BERTH_MONGO_TRANSACTION_SECONDS: '3',
  });
  const [, uri = ''] = await mongo.line(/ready (mongodb:\S+)/);
  progress?.(`database   ${uri}`);
  return uri;
}

/** What the simulator laid out before the first server: what a CDK stack makes on real AWS. */
interface LandingZone {
  topicArn: string;
  queueUrl: string;
  hostedZoneId: string;
}

async function cloud(options: SystemOptions, processes: Processes): Promise<NodeJS.ProcessEnv> {
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
    BERTH_INSTANCE_PORT: String(instancePort),
    BERTH_SERVER_URL: `http://{hostname}:${instancePort}/`,
  };
}
