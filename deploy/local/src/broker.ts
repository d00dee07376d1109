import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beginBrokerInDocker } from './broker-in-docker.ts';
import { BrokerNode, portMapper } from './broker-node.ts';
import { BrokerUsers } from './broker-users.ts';
import type { Child } from './child.ts';
import { folder } from './home.ts';
import { rabbitmqServer } from './install.ts';
import { freePorts } from './ports.ts';

export interface Broker {
  /** amqp://… of a user who may do everything. */
  url: string;
  /** A user for each service. */
  users: BrokerUsers;
  /** http://… of the management API, for the same user as in `url`; empty when it was not asked for. */
  managementUrl: string;
  /** Its processes. */
  children: Child[];
  /** Runs `rabbitmqctl` against it and returns what it printed; rejects with that when it fails. */
  control(...args: string[]): Promise<string>;
  /** Resolves when it takes connections; rejects, and all of it is stopped, when it does not come to that. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Where the node keeps its data; the same folder is the same node again. */
  home: string;
  /** Whether to load the management plugin, whose HTTP API the tests use. */
  management?: boolean;
  /** Called when one of its processes is started. */
  onStart?: (() => void) | undefined;
}

/** {@link beginBroker}, and waits until it takes connections. */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const broker = await beginBroker(options);
  await broker.ready;
  return broker;
}

/**
 * Begins to start the real RabbitMQ as a private node of its own: free ports on the loopback address, its data, settings, Erlang cookie
 * and port mapper (epmd) all under `home`, so that it neither meets another RabbitMQ on the machine nor leaves anything
 * behind when stopped.
 */
export async function beginBroker({ home, management = false, onStart }: BrokerOptions): Promise<Broker> {
  const server = rabbitmqServer();
  if (!server) return beginBrokerInDocker({ home, onStart });
  const data = folder(home, 'rabbitmq');
  const log = join(folder(home, 'logs'), 'rabbitmq.log');
  const [mapperPort = 0] = await freePorts(1);
  const mapper = portMapper(data, mapperPort, log, onStart).start();
  const nodeName = `berth-${createHash('sha256').update(data).digest('hex').slice(0, 8)}@localhost`;
  const users = new BrokerUsers();
  const settings = [`load_definitions = ${users.writeTo(data)}`];
  const own = { data, cookieHome: data, log, mapperPort, settings };
  const node = await BrokerNode.prepare({ server, name: 'rabbitmq', nodeName, ...own, management, onStart });
  node.start();
  const stop = async () => {
    await node.child.stop();
    await mapper.stop();
  };
  return {
    url: node.url,
    users,
    managementUrl: node.managementUrl,
    children: [mapper, node.child],
    control: (...args) => node.control(...args),
    ready: orElse(node.untilUp(), stop),
    stop,
  };
}

/** Of a command that is run to its end. */
export async function output(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { env });
  return stdout;
}

/** Waits; when that fails, undoes first what it was waited for. */
export async function orElse(awaited: Promise<unknown>, undo: () => Promise<void>): Promise<void> {
  try {
    await awaited;
  } catch (error) {
    await undo();
    throw error;
  }
}
