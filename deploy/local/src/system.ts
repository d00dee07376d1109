import type { Child } from './child.ts';
import { clearLeftovers } from './leftovers.ts';
import { startParts } from './parts.ts';
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

/**
 * V8 keeps up to three times this many MiB for new objects. By itself it lets them grow to three times 16 while a
 * service loads its modules, and does not give that back.
 */
const YOUNG_MEBIBYTES = 4;
const NODE_OPTIONS = `${process.env['NODE_OPTIONS'] ?? ''} --max-semi-space-size=${YOUNG_MEBIBYTES}`.trim();

/** Throws, with the names there are, when it is none. */
export function serviceNamed(name: string): Service {
  const service = SERVICES.find((each) => each === name);
  if (!service) throw new Error(`There is no service ${name}. There are: ${SERVICES.join(', ')}`);
  return service;
}

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
  /** That broker as one service uses it, when each has a user of its own. */
  amqpUrlOf?: (service: string) => string;
  /** More environment for every process, and for the one of that name. */
  env?: NodeJS.ProcessEnv;
  envOf?: (name: string) => NodeJS.ProcessEnv;
  /** How many processes of a service to run, if more than one. */
  replicas?: Partial<Record<Service, number>>;
  /** Services left out, for somebody else to run: the others are up when they answer, for they may wait for these. */
  without?: readonly Service[];
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
  /** Of the broker. */
  amqpUrl: string;
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
    const { env, envOf, brokerReady } = await startParts(options, processes);
    const services = SERVICES.filter((service) => !options.without?.includes(service));
    for (const service of services) {
      for (let replica = 1; replica <= (options.replicas?.[service] ?? 1); replica++) {
        const name = replica === 1 ? service : `${service}-${replica}`;
        processes.run(name, `apps/${service}/dist/main.js`, {
          NODE_OPTIONS,
          ...env,
          ...envOf(service),
          ...options.envOf?.(name),
        });
      }
    }
    await brokerReady;
    const url = `http://localhost:${port}`;
    const share = () => processes.share({ url, env, without: options.without ?? [] });
    // The others may wait for what is left out, and that joins what is shared.
    if (options.without?.length) share();
    if (services.includes('gateway')) await untilReady(url, processes, options);
    share();
    return {
      url,
      awsEndpoint: env['BERTH_AWS_ENDPOINT'] ?? '',
      mongoUri: env['MONGODB_URI'] ?? '',
      amqpUrl: env['AMQP_URL'] ?? '',
      children: processes.children,
      stop: () => processes.stop(),
    };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}
