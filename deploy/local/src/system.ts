import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startBroker } from './broker.ts';
import { Child, lastLines, lineInLog } from './child.ts';
import { folder, ROOT, secretsKey } from './home.ts';
import { clearLeftovers, forget, remember } from './leftovers.ts';

/** The services, each a process of its own; the gateway last, so that a stop takes it away first. */
export const SERVICES = [
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
}

export interface System {
  url: string;
  awsEndpoint: string;
  home: string;
  /** The processes by name: `provisioning`, and `provisioning-2` for a second replica. */
  children: ReadonlyMap<string, Child>;
  stop(): Promise<void>;
}

/** What the simulator laid out before the first server: what a CDK stack makes on real AWS. */
interface LandingZone {
  topicArn: string;
  queueUrl: string;
  hostedZoneId: string;
}

/**
 * Starts the whole of Berth on this machine and resolves when the gateway says that all of it is ready. With
 * BERTH_CLOUD=aws it runs against real AWS instead of the simulator; the caller's environment then holds the settings
 * of the landing zone.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { home, progress = () => undefined } = options;
  await clearLeftovers(home);
  const logs = folder(home, 'logs');
  const children = new Map<string, Child>();
  const undo: (() => Promise<void>)[] = [];

  const run = (name: string, main: string, env: NodeJS.ProcessEnv) => {
    const args = ['--enable-source-maps', join(ROOT, main)];
    const log = join(logs, `${name}.log`);
    const offset = sizeOf(log);
    const child = new Child({ name, command: process.execPath, args, env: { ...process.env, ...env }, log });
    children.set(name, child.start());
    undo.push(() => child.stop());
    return { log, offset };
  };

  const database = async () => {
    if (options.mongoUri) return options.mongoUri;
    const file = join(folder(home, 'mongo'), 'data.sqlite');
    const { log, offset } = run('mongo', 'libs/embedded-mongo/dist/main.js', {
      BERTH_MONGO_FILE: file,
      BERTH_MONGO_PORT: '0',
    });
    const [, uri] = await lineInLog(log, /ready (mongodb:\S+)/, { offset });
    progress(`database   ${uri}`);
    return String(uri);
  };

  const broker = async () => {
    if (options.amqpUrl) return options.amqpUrl;
    const started = await startBroker({ home });
    undo.push(() => started.stop());
    brokerPids = started.pids;
    progress(`broker     ${started.url}`);
    return started.url;
  };
  let brokerPids = (): number[] => [];

  const cloud = async (): Promise<NodeJS.ProcessEnv> => {
    if (process.env['BERTH_CLOUD'] === 'aws') return {};
    const { log, offset } = run('aws-simulator', 'apps/aws-simulator/dist/main.js', {
      BERTH_AWS_PORT: String(options.awsPort),
      BERTH_SIM_INSTANCE_PORT: String(options.instancePort),
      BERTH_SIM_STATE: folder(home, 'aws'),
      ...options.env,
    });
    const [line] = await lineInLog(log, /^\{"ready":true.*$/m, { offset });
    const { endpoint, instancePort } = JSON.parse(line) as { endpoint: string; instancePort: number };
    const zone = (await (await fetch(`${endpoint}/_sim/landing-zone`)).json()) as LandingZone;
    progress(`aws        ${endpoint} (simulated)`);
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
  };

  const stop = async () => {
    // Newest first: the gateway stops taking requests before what it asks goes away.
    for (const step of undo.splice(0).reverse()) await step();
    forget(home);
  };

  try {
    const [amqpUrl, mongoUri, cloudEnv] = await Promise.all([broker(), database(), cloud()]);
    const env = {
      AMQP_URL: amqpUrl,
      MONGODB_URI: mongoUri,
      BERTH_SECRETS_KEY: process.env['BERTH_SECRETS_KEY'] ?? secretsKey(home),
      BERTH_CATALOG_FILE: process.env['BERTH_CATALOG_FILE'] ?? join(ROOT, 'deploy/catalog.yaml'),
      BERTH_PORT: String(options.port),
      ...cloudEnv,
      ...options.env,
    };
    for (const service of SERVICES) {
      for (let replica = 1; replica <= (options.replicas?.[service] ?? 1); replica++) {
        run(replica === 1 ? service : `${service}-${replica}`, `apps/${service}/dist/main.js`, env);
      }
    }
    const pids = () => [...brokerPids(), ...[...children.values()].flatMap((child) => child.pid ?? [])];
    remember(home, pids());
    const url = `http://localhost:${options.port}`;
    await ready(url, children, logs, progress);
    remember(home, pids());
    return { url, awsEndpoint: cloudEnv['BERTH_AWS_ENDPOINT'] ?? '', home, children, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for `/readyz`; a service that keeps dying ends the wait with the last lines of its log. */
async function ready(
  url: string,
  children: ReadonlyMap<string, Child>,
  logs: string,
  progress: (line: string) => void,
): Promise<void> {
  const until = performance.now() + 90_000;
  let missing = '';
  while (performance.now() < until) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    const dying = [...children.values()].find((child) => child.restarts >= 3);
    if (dying) {
      throw new Error(`${dying.name} does not start:\n${lastLines(join(logs, `${dying.name}.log`))}`);
    }
    const text = answer ? await answer.text() : '';
    if (text && text !== missing) progress(`waiting    ${(missing = text).slice(0, 200)}`);
    await delay(100);
  }
  throw new Error(`Berth is not ready after 90 s. ${missing}\nThe logs are in ${logs}.`);
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
