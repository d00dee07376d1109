import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  freePorts,
  lineInLog,
  startBroker,
  startSystem,
  type Broker,
  type Ending,
  type Service,
  type System,
} from '@berth/local';
import { Management } from '../stage/management.ts';

/** In the order in which a deployment would replace them: who is asked before who asks. */
export const SERVICES = [
  'accounts',
  'catalog',
  'provisioning',
  'dns',
  'state-tracking',
  'billing',
  'gateway',
] as const satisfies readonly Service[];

/** What a replica logs when it consumes its queues, and a gateway, which does that first, when it listens. */
const STARTED = /Nest microservice successfully started/;
const LISTENING = /Listening on http/;
const START_SECONDS = 60;
/** Longer than the balancer takes to notice. */
const LEAVING_SECONDS = 1;

export interface Restarted {
  process: string;
  /** The exit code, or the signal that ended it. */
  ending: Ending;
  stopSeconds: number;
  startSeconds: number;
}

interface HouseOptions {
  /** An empty folder for data and logs. */
  home: string;
  progress?: (line: string) => void;
  signal?: AbortSignal;
}

/** The whole system with two processes of every service, the gateway too, on a broker and a database of its own. */
export class House {
  readonly system: System;
  /** The addresses of the gateways by the names of their processes. */
  readonly gateways: ReadonlyMap<string, string>;
  private readonly home: string;
  private readonly broker: Broker;

  private constructor(home: string, broker: Broker, system: System, gateways: ReadonlyMap<string, string>) {
    this.home = home;
    this.broker = broker;
    this.system = system;
    this.gateways = gateways;
  }

  static async start({ home, progress, signal }: HouseOptions): Promise<House> {
    const ports = await freePorts(4);
    const [port, second, awsPort, instancePort] = ports as [number, number, number, number];
    const broker = await startBroker({ home, management: true });
    try {
      const system = await startSystem({
        ...{ home, port, awsPort, instancePort, progress, signal },
        amqpUrl: broker.url,
        amqpUrlOf: (service) => broker.users.urlFor(service, broker.url),
        replicas: Object.fromEntries(SERVICES.map((service) => [service, 2])),
        env: {
          BERTH_SIM_BOOT_SECONDS: '1',
          BERTH_SIM_SPEED: '10',
          BERTH_LEAVING_SECONDS: String(LEAVING_SECONDS),
        },
        envOf: (name) => (name === 'gateway-2' ? { BERTH_PORT: String(second) } : {}),
      });
      const gateways = new Map([
        ['gateway', `http://127.0.0.1:${port}`],
        ['gateway-2', `http://127.0.0.1:${second}`],
      ]);
      return new House(home, broker, system, gateways);
    } catch (error) {
      await broker.stop();
      throw error;
    }
  }

  /** SIGTERM; resolves when the process is gone. */
  async leave(process: string): Promise<Pick<Restarted, 'ending' | 'stopSeconds'>> {
    const stoppedAt = performance.now();
    const child = this.child(process);
    const { pid } = child;
    await child.stop();
    if (pid === undefined || child.ending === undefined) throw new Error(`${process} had gone by itself`);
    return { ending: child.ending, stopSeconds: since(stoppedAt) };
  }

  /** Resolves when it takes its part of the work again. */
  async comeBack(process: string): Promise<{ startSeconds: number }> {
    const log = this.log(process);
    const offset = statSync(log).size;
    const startedAt = performance.now();
    this.child(process).start();
    await lineInLog(log, this.gateways.has(process) ? LISTENING : STARTED, {
      offset,
      withinSeconds: START_SECONDS,
    });
    return { startSeconds: since(startedAt) };
  }

  async restart(process: string): Promise<Restarted> {
    const left = await this.leave(process);
    return { process, ...left, ...(await this.comeBack(process)) };
  }

  /** How often the broker has delivered something again, by queue; the figures are at most 5 s old. */
  async redeliveries(): Promise<Map<string, number>> {
    const management = new Management(this.broker.managementUrl, this.broker.url);
    const queues = await management.get<{ name: string; message_stats?: { redeliver?: number } }[]>('queues');
    return new Map(queues.map(({ name, message_stats: stats }) => [name, stats?.redeliver ?? 0]));
  }

  /** Messages ready in queues of dead letters. */
  async deadLetters(): Promise<number> {
    const management = new Management(this.broker.managementUrl, this.broker.url);
    const queues = await management.get<{ name: string; messages?: number }[]>('queues');
    const dead = queues.filter(({ name }) => name.endsWith('.dead-letters'));
    return dead.reduce((sum, { messages = 0 }) => sum + messages, 0);
  }

  log(process: string): string {
    return join(this.home, 'logs', `${process}.log`);
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.broker.stop();
  }

  private child(name: string) {
    const child = this.system.children.get(name);
    if (!child) throw new Error(`There is no process ${name}`);
    return child;
  }
}

const since = (moment: number): number => (performance.now() - moment) / 1000;
