import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES, type Invoice, type Me } from '@berth/contracts';
import {
  addStaff,
  Api,
  BrokerUsers,
  freePorts,
  passportKeys,
  startSystem,
  type System,
  type SystemOptions,
} from '@berth/local';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { Aws } from './aws.ts';
import { Customer } from './customer.ts';
import { GatewayProcess } from './gateway-process.ts';

const TEN_MINUTES_SECONDS = 600;
const endOfMonth = (now: Date) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1));

interface WorldOptions {
  /** Is told where the simulated AWS is. */
  envOf?: (service: string, awsEndpoint: string) => NodeJS.ProcessEnv;
}

/**
 * The whole running system, with a simulated AWS that can be made to fail. One per spec file. Its services may do at the broker
 * what they have to, and nothing else.
 */
export class World {
  readonly system: System;
  readonly aws: Aws;
  private readonly broker: TestBroker;
  /** The broker as a service uses it. */
  readonly amqpUrlOf: (service: string) => string;
  private readonly home: string;

  private constructor(
    system: System,
    messages: TestBroker,
    amqpUrlOf: (service: string) => string,
    home: string,
  ) {
    this.system = system;
    this.aws = new Aws(system.awsEndpoint);
    this.broker = messages;
    this.amqpUrlOf = amqpUrlOf;
    this.home = home;
  }

  /**
   * AWS's own delays are divided by ten and a boot takes one second; `env` says otherwise. `prepare` gets the folder of
   * the system's data and the broker before anything is started there. `envOf` is for one service.
   */
  static async start(
    options: Pick<SystemOptions, 'env' | 'replicas' | 'mongoUri'> & WorldOptions = {},
    prepare: (home: string, broker: TestBroker) => Promise<void> = async () => {},
  ): Promise<World> {
    const home = mkdtempSync(join(tmpdir(), 'berth-e2e-'));
    const messages = await broker();
    await prepare(home, messages);
    const users = new BrokerUsers(messages.vhost, `${messages.vhost}-`);
    await messages.define(users.definitions);
    const amqpUrlOf = (service: string) => users.urlFor(service, messages.url);
    const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];
    const env = {
      BERTH_SIM_BOOT_SECONDS: '1',
      BERTH_SIM_SPEED: '10',
      BERTH_SWEEP_SECONDS: '2',
      ...options.env,
    };
    try {
      const ports = { port, awsPort, instancePort };
      const envOf = (name: string) => options.envOf?.(name, `http://127.0.0.1:${awsPort}`) ?? {};
      const parts = { amqpUrl: messages.url, amqpUrlOf };
      const system = await startSystem({ home, ...ports, ...parts, ...options, env, envOf });
      return new World(system, messages, amqpUrlOf, home);
    } catch (error) {
      await messages.stop();
      throw error;
    }
  }

  get url(): string {
    return this.system.url;
  }

  /** Somebody who has just signed up, with an account of their own. */
  async customer(): Promise<Customer> {
    const login = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' };
    const api = new Api(this.url);
    await api.post('/v1/signup', { ...login, name: 'Ada', accountName: 'Analytical Engines' });
    return this.logIn(login);
  }

  /** Somebody who has an account, in a session of their own. */
  async logIn(login: Customer['login']): Promise<Customer> {
    const api = new Api(this.url);
    const { accessToken } = await api.post<{ accessToken: string }>('/v1/sessions', login);
    return new Customer(api.as(accessToken), login);
  }

  /** Somebody of the staff who has just been let in. */
  async staffLogin(): Promise<{ email: string; password: string }> {
    const login = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' };
    await addStaff(login, this.system);
    return login;
  }

  /** The API as somebody of the staff has it. */
  async staff(): Promise<Api> {
    const login = await this.staffLogin();
    const api = new Api(this.url);
    return api.as((await api.post<{ accessToken: string }>('/v1/sessions', login)).accessToken);
  }

  /** Moves the clock to ten minutes, or so long, before the end of a month: what is used then can soon be invoiced. For a world in which nothing runs yet. */
  async nearEndOfMonth(before = TEN_MINUTES_SECONDS): Promise<void> {
    const now = await this.aws.now();
    const leftOf = (end: Date) => (end.getTime() - now.getTime()) / 1000 - before;
    const end = endOfMonth(now);
    // On the last day of a real month it may be nearer already than that: then it is the end of the next one.
    await this.aws.advance(leftOf(end) > 0 ? leftOf(end) : leftOf(endOfMonth(end)));
  }

  /** Lets the month be over in which these have used something, and has staff close it: each has an invoice then, with its documents. */
  async closeMonthOf(...customers: Customer[]): Promise<void> {
    const now = await this.aws.now();
    const month = now.toISOString().slice(0, 7);
    await this.aws.advance((endOfMonth(now).getTime() - now.getTime()) / 1000 + 60);
    for (const { api } of customers) {
      // Somebody else for each, so that nobody is in the trails of two.
      const staff = await this.staff();
      const { account } = await api.get<Me>('/v1/me');
      const path = `/v1/admin/accounts/${account.id}/invoices`;
      // Its last hour has to be recorded first.
      const { id } = await eventually(() => staff.post<Invoice>(path, { month }), { within: 30_000 });
      await eventually(async () => (await staff.get<Invoice>(`${path}/${id}`)).documents !== null, {
        within: 30_000,
      });
    }
  }

  /** A second gateway, which whoever asked for it stops. */
  gateway(): Promise<GatewayProcess> {
    return GatewayProcess.start({
      AMQP_URL: this.amqpUrlOf('gateway'),
      BERTH_PASSPORT_PUBLIC_KEYS: passportKeys(this.home).BERTH_PASSPORT_PUBLIC_KEYS,
      BERTH_CLOCK_URL: `${this.system.awsEndpoint}/_sim/clock`,
    });
  }

  /** SIGKILL to every process of a service; the supervisor starts it again. */
  kill(service: string): void {
    this.signal(service, 'SIGKILL');
  }

  /** To every process of a service: SIGSTOP makes it stand still, SIGCONT go on. */
  signal(service: string, signal: NodeJS.Signals): void {
    for (const [name, child] of this.system.children) {
      if (name === service || name.startsWith(`${service}-`)) child.signal(signal);
    }
  }

  /** The services that have dead letters, and how many. */
  async deadLetters(): Promise<Record<string, number>> {
    const counts = await Promise.all(
      SERVICE_NAMES.map(async (service) => {
        const queue = await this.broker.queue(`${service}.dead-letters`);
        return [service, queue?.messages ?? 0] as const;
      }),
    );
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** Puts a message straight into a queue, as no service would; `headers` beside those every message has. */
  async put(
    queue: string,
    type: string,
    body: object,
    headers: Record<string, string | number> = {},
  ): Promise<string> {
    const id = `msg_${randomUUID()}`;
    const envelope = { 'cloudEvents:id': id, 'cloudEvents:type': type };
    const properties = { messageId: id, type, headers: { ...envelope, ...headers } };
    await this.broker.publish('', queue, JSON.stringify(body), properties);
    return id;
  }

  /** What any process has logged as an error. */
  errorLines(): string[] {
    return this.logLines().filter((line) => /"level":("error"|"fatal"|50|60)\b/.test(line));
  }

  /** What any process has logged. */
  logLines(): string[] {
    const folder = join(this.home, 'logs');
    return readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.broker.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}
