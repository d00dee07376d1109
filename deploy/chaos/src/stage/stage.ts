import { Api, freePorts, startBroker, startSystem, type Child, type System } from '@berth/local';
import { AwsUnderAttack } from './aws.ts';
import { BrokerUnderAttack } from './broker.ts';
import { Clocks } from './clocks.ts';
import { Outside, type OutsideMessage } from './outside.ts';

/** Two processes of those who share work between replicas. */
const REPLICAS = { provisioning: 2, billing: 2, 'state-tracking': 2 } as const;

export interface StageOptions {
  /** An empty folder for data and logs. */
  home: string;
  seed: string;
  /** More environment for all processes. */
  env?: NodeJS.ProcessEnv;
  progress?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * The whole system as separate processes, with a real RabbitMQ, the database and a simulated AWS of its own, and
 * handles for doing to each part what the world does.
 */
export class Stage {
  readonly home: string;
  readonly system: System;
  readonly broker: BrokerUnderAttack;
  readonly clock: Clocks;
  readonly aws: AwsUnderAttack;
  private readonly outside: Outside;
  private readonly away = new Set<string>();

  private constructor(parts: Pick<Stage, 'home' | 'system' | 'broker' | 'clock'>, outside: Outside) {
    this.home = parts.home;
    this.system = parts.system;
    this.broker = parts.broker;
    this.clock = parts.clock;
    this.aws = new AwsUnderAttack(parts.system.awsEndpoint);
    this.outside = outside;
  }

  /**
   * AWS's own delays are divided by ten and a boot takes one second. All clocks follow the simulator's, each process
   * through a relay that can make it wrong.
   */
  static async start({ home, seed, env, progress, signal }: StageOptions): Promise<Stage> {
    const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];
    const clock = await Clocks.relay(`http://127.0.0.1:${awsPort}/_sim/clock`);
    const broker = await startBroker({ home, management: true });
    try {
      const outside = await Outside.bind(broker.url);
      const system = await startSystem({
        ...{ home, port, awsPort, instancePort, progress, signal },
        amqpUrl: broker.url,
        amqpUrlOf: (service) => broker.users.urlFor(service, broker.url),
        replicas: REPLICAS,
        env: {
          BERTH_SIM_BOOT_SECONDS: '1',
          BERTH_SIM_SPEED: '10',
          BERTH_SIM_SEED: seed,
          BERTH_SWEEP_SECONDS: '2',
          ...env,
        },
        envOf: (name) => ({ BERTH_CLOCK_URL: clock.urlFor(name) }),
      });
      return new Stage({ home, system, broker: new BrokerUnderAttack(broker), clock }, outside);
    } catch (error) {
      clock.stop();
      await broker.stop();
      throw error;
    }
  }

  /** The gateway's. */
  get url(): string {
    return this.system.url;
  }

  get awsEndpoint(): string {
    return this.system.awsEndpoint;
  }

  get amqpUrl(): string {
    return this.broker.url;
  }

  /** Of all services; each has a database of its own name. */
  get mongoUri(): string {
    return this.system.mongoUri;
  }

  /** The REST API, for nobody or for the bearer of a token. */
  api(token: string | null = null): Api {
    return new Api(this.url, token);
  }

  /** What somebody outside has got so far: usage, and every event. */
  told(): Promise<readonly OutsideMessage[]> {
    return this.outside.messages();
  }

  /** The processes of the services by name, `provisioning-2` the second replica. */
  get services(): readonly string[] {
    return [...this.system.children.keys()].filter((name) => name !== 'mongo' && name !== 'aws-simulator');
  }

  /** The services' processes that nobody has taken away or frozen. */
  get servicesUp(): readonly string[] {
    return this.services.filter((name) => !this.away.has(name));
  }

  /** SIGKILL; it stays away until `startProcess`. The database is `mongo`. */
  async crash(process: string): Promise<void> {
    this.away.add(process);
    await this.child(process).crash();
  }

  /** SIGTERM, and waits; it stays away until `startProcess`. */
  async stopProcess(process: string): Promise<void> {
    this.away.add(process);
    await this.child(process).stop();
  }

  /** Of one that was taken away; of others nothing. */
  startProcess(process: string): void {
    if (this.away.delete(process)) this.child(process).start();
  }

  /** It stands still until `thaw`. */
  freeze(process: string): void {
    this.away.add(process);
    this.child(process).signal('SIGSTOP');
  }

  thaw(process: string): void {
    this.away.delete(process);
    this.child(process).signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.broker.stop();
    this.clock.stop();
  }

  private child(name: string): Child {
    const child = this.system.children.get(name);
    if (!child) throw new Error(`There is no process ${name}`);
    return child;
  }
}
