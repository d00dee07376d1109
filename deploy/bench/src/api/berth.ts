import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accepted, LaunchServerBody, Me, Operation, Server } from '@berth/contracts';
import { Api, freePorts, startSystem, type System } from '@berth/local';
import type { Stage } from '../stage.ts';

export const A_SERVER: LaunchServerBody = {
  name: 'Bench',
  product: 'web',
  version: '1.26',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
};

/** One account asks as often as it can. */
const NO_LIMITS = {
  BERTH_RATE_LIMIT_PER_ACCOUNT: '1000000000',
  BERTH_RATE_LIMIT_PER_TOKEN: '1000000000',
};

/** A whole Berth, every service a process of its own, and a customer of it. */
export class Berth {
  private constructor(
    readonly system: System,
    readonly customer: Customer,
    readonly home: string,
  ) {}

  /** On the stage's broker and database, or without a stage on private ones. AWS is simulated as `env` says. */
  static async start(stage: Partial<Stage> = {}, env: NodeJS.ProcessEnv = {}): Promise<Berth> {
    const home = mkdtempSync(join(tmpdir(), 'berth-bench-'));
    const [port, awsPort, instancePort] = (await freePorts(3)) as [number, number, number];
    const ports = { port, awsPort, instancePort };
    const system = await startSystem({ home, ...ports, ...stage, env: { ...NO_LIMITS, ...env } });
    return new Berth(system, await Customer.of(system.url), home);
  }

  async stop(): Promise<void> {
    await this.system.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Somebody with an account of their own and an API token. */
export class Customer {
  private constructor(
    readonly api: Api,
    readonly token: string,
    readonly login: { email: string; password: string },
    readonly accountId: string,
  ) {}

  static async of(url: string): Promise<Customer> {
    const login = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
    const api = new Api(url);
    const { account } = await api.post<Me>('/v1/signup', { ...login, name: 'Ada', accountName: 'Bench' });
    const { accessToken } = await api.post<{ accessToken: string }>('/v1/sessions', login);
    const { token } = await api.as(accessToken).post<{ token: string }>('/v1/tokens', { name: 'bench' });
    return new Customer(api.as(token), token, login, account.id);
  }

  /** Launches a server and waits until it runs; throws when it does not. */
  async running(wanted: Partial<LaunchServerBody> = {}): Promise<Server> {
    const { server, operation } = await this.api.post<Accepted>('/v1/servers', { ...A_SERVER, ...wanted });
    const ended = await this.ended(operation.id);
    if (ended.status !== 'succeeded') throw new Error(`${server.id} does not run: ${ended.error?.code}`);
    return this.api.get(`/v1/servers/${server.id}`);
  }

  async ended(operationId: string): Promise<Operation> {
    for (;;) {
      const operation = await this.api.get<Operation>(`/v1/operations/${operationId}?wait=60`);
      if (operation.endedAt !== null) return operation;
    }
  }
}
