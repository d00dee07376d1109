import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Child, lineInLog } from './child.ts';
import { beginBrokerInDocker } from './broker-in-docker.ts';
import { folder } from './home.ts';
import { rabbitmqServer } from './install.ts';
import { freePorts } from './ports.ts';

export interface Broker {
  /** amqp://… */
  url: string;
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
  const [amqp, dist, epmd, http] = (await freePorts(4)) as [number, number, number, number];
  const config = join(data, 'rabbitmq.conf');
  const plugins = join(data, 'enabled_plugins');
  writeFileSync(
    config,
    [
      `listeners.tcp.default = 127.0.0.1:${amqp}`,
      ...(management ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${http}`] : []),
      'log.console = true',
      'log.console.level = warning',
      'log.file = false',
    ].join('\n') + '\n',
  );
  writeFileSync(plugins, management ? '[rabbitmq_management].\n' : '[].\n');

  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: data,
    ERL_EPMD_PORT: String(epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `berth-${createHash('sha256').update(data).digest('hex').slice(0, 8)}@localhost`,
    RABBITMQ_NODE_PORT: String(amqp),
    RABBITMQ_DIST_PORT: String(dist),
    RABBITMQ_MNESIA_BASE: join(data, 'mnesia'),
    RABBITMQ_LOG_BASE: join(data, 'log'),
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    // Idle schedulers sleep instead of spinning: the machine has better things to do.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}`,
  };
  const log = join(folder(home, 'logs'), 'rabbitmq.log');
  const mapper = new Child({ name: 'epmd', command: 'epmd', args: [], env, log, onStart }).start();
  const offset = sizeOf(log);
  const node = new Child({ name: 'rabbitmq', command: server, args: [], env, log, onStart }).start();
  const stop = async () => {
    await node.stop();
    await mapper.stop();
  };
  const ready = orElse(lineInLog(log, /completed with \d+ plugins/, { offset, withinSeconds: 90 }), stop);
  return {
    url: `amqp://guest:guest@127.0.0.1:${amqp}`,
    managementUrl: management ? `http://127.0.0.1:${http}` : '',
    children: [mapper, node],
    control: (...args) => output(join(dirname(server), 'rabbitmqctl'), args, env),
    ready,
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

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
