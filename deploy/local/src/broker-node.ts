import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Child, lineInLog } from './child.ts';
import { folder } from './home.ts';
import { freePorts } from './ports.ts';

const START_TIMEOUT_SECONDS = 90;

export interface NodeOptions {
  /** The program `rabbitmq-server`. */
  server: string;
  /** As its processes and logs are called. */
  name: string;
  /** With the host it runs on: `rabbit@localhost`. */
  nodeName: string;
  /** Where it keeps settings and data; the same folder is the same node again. */
  data: string;
  /** Where the Erlang cookie lies, which nodes that talk to each other share. */
  cookieHome: string;
  log: string;
  /** The port of its port mapper (epmd). */
  mapperPort: number;
  /** Whether to load the management plugin, whose HTTP API the tests use. */
  management?: boolean;
  /** Further lines for rabbitmq.conf. */
  settings?: readonly string[];
  /** Called when its process is started. */
  onStart?: (() => void) | undefined;
}

/** One RabbitMQ on free ports of the loopback address, which keeps its ports over restarts. */
export class BrokerNode {
  readonly url: string;
  /** Empty without management. */
  readonly managementUrl: string;
  readonly child: Child;
  private readonly options: NodeOptions;
  private readonly env: NodeJS.ProcessEnv;
  private logged = 0;

  private constructor(options: NodeOptions, [amqp, dist, http]: readonly [number, number, number]) {
    const { server, name, data, log, management = false, onStart } = options;
    this.options = options;
    this.url = `amqp://guest:guest@127.0.0.1:${amqp}`;
    this.managementUrl = management ? `http://127.0.0.1:${http}` : '';
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
        ...(options.settings ?? []),
      ].join('\n') + '\n',
    );
    writeFileSync(plugins, management ? '[rabbitmq_management].\n' : '[].\n');
    this.env = {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      HOME: options.cookieHome,
      ERL_EPMD_PORT: String(options.mapperPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: options.nodeName,
      RABBITMQ_NODE_PORT: String(amqp),
      RABBITMQ_DIST_PORT: String(dist),
      RABBITMQ_MNESIA_BASE: join(data, 'mnesia'),
      RABBITMQ_LOG_BASE: join(data, 'log'),
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      // Idle schedulers sleep instead of spinning: the machine has better things to do.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}`,
    };
    this.child = new Child({ name, command: server, args: [], env: this.env, log, onStart });
  }

  static async prepare(options: NodeOptions): Promise<BrokerNode> {
    return new BrokerNode(options, (await freePorts(3)) as [number, number, number]);
  }

  start(): void {
    this.logged = statSync(this.options.log, { throwIfNoEntry: false })?.size ?? 0;
    this.child.start();
  }

  /** Resolves when it takes connections; rejects when it does not come to that. */
  async untilUp(): Promise<void> {
    const since = { offset: this.logged, withinSeconds: START_TIMEOUT_SECONDS };
    await lineInLog(this.options.log, /completed with \d+ plugins/, since);
  }

  /** Runs `rabbitmqctl` against it and returns what it printed; rejects with that when it fails. */
  async control(...args: string[]): Promise<string> {
    const program = join(dirname(this.options.server), 'rabbitmqctl');
    const { stdout } = await promisify(execFile)(program, args, { env: this.env });
    return stdout;
  }
}

/** The port mapper that nodes find each other by; a private one, so that they meet no other RabbitMQ of the machine. */
export function portMapper(
  home: string,
  port: number,
  log: string,
  onStart: (() => void) | undefined,
): Child {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder(home),
    ERL_EPMD_PORT: String(port),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
  return new Child({ name: 'epmd', command: 'epmd', args: [], env, log, onStart });
}
