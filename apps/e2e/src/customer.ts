import type {
  Accepted,
  LaunchServerBody,
  Operation,
  Server,
  TimelineEntry,
  UsageRecord,
} from '@berth/contracts';
import type { Api } from '@berth/local';
import { eventually } from '@berth/testing';

/** What a test launches when it does not matter what. */
export const WEB_SERVER: LaunchServerBody = {
  name: 'Test server',
  product: 'web',
  version: '1.26',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
};

/** A customer at the front door, with the calls that tests make all the time. */
export class Customer {
  readonly api: Api;
  readonly login: { email: string; password: string };

  constructor(api: Api, login: { email: string; password: string }) {
    this.api = api;
    this.login = login;
  }

  launch(body: Partial<LaunchServerBody> = {}, idempotencyKey?: string): Promise<Accepted> {
    return this.api.post('/v1/servers', { ...WEB_SERVER, ...body }, idempotencyKey);
  }

  /** A server that runs. */
  async running(body: Partial<LaunchServerBody> = {}): Promise<Server> {
    return this.succeeded(await this.launch(body));
  }

  act(id: string, action: 'pause' | 'resume' | 'restart' | 'retry'): Promise<Accepted> {
    return this.api.post(`/v1/servers/${id}/actions/${action}`);
  }

  terminate(id: string): Promise<Accepted> {
    return this.api.delete(`/v1/servers/${id}`);
  }

  /** Waits for the operation's end, which must be a good one, and reads the server after it. */
  async succeeded({ operation, server }: Accepted): Promise<Server> {
    const ended = await this.ended(operation.id);
    if (ended.status !== 'succeeded') {
      throw new Error(`${ended.type} ${ended.status}: ${ended.error?.code} ${ended.error?.detail}`);
    }
    return this.server(server.id);
  }

  ended(operationId: string): Promise<Operation> {
    return this.api.get(`/v1/operations/${operationId}?wait=60`);
  }

  server(id: string): Promise<Server> {
    return this.api.get(`/v1/servers/${id}`);
  }

  async servers(query = ''): Promise<Server[]> {
    return (await this.api.get<{ items: Server[] }>(`/v1/servers?limit=200${query}`)).items;
  }

  /** Waits until the server has the status, and returns it. */
  reached(id: string, status: Server['status'], within = 30_000): Promise<Server> {
    return eventually(
      async () => {
        const server = await this.server(id);
        if (server.status !== status) throw new Error(`${id} is ${server.status}, not ${status}`);
        return server;
      },
      { within },
    );
  }

  async timeline(id: string): Promise<TimelineEntry[]> {
    return (await this.api.get<{ items: TimelineEntry[] }>(`/v1/servers/${id}/timeline?limit=200`)).items;
  }

  async usage(serverId: string): Promise<UsageRecord[]> {
    const query = `from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&limit=200&server=${serverId}`;
    return (await this.api.get<{ items: UsageRecord[] }>(`/v1/usage?${query}`)).items;
  }
}
