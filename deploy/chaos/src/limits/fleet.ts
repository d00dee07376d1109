import { setTimeout as delay } from 'node:timers/promises';
import { ApiProblem, type Api } from '@berth/local';
import type { Server } from '@berth/contracts';
import { customer, raiseQuota } from '../overload/customer.ts';
import type { Stage } from '../stage/stage.ts';

const CUSTOMERS = 2;
const AT_ONCE = 20;
const LOOK_MILLISECONDS = 1_000;
const PATIENCE_MINUTES = 5;
const AGAIN_MILLISECONDS = 500;
const A_SERVER = {
  product: 'web',
  version: '1.26',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
};

/** Servers of two customers in one region, ordered about in crowds. */
export class Fleet {
  private servers: { id: string; api: Api }[] = [];
  private readonly apis: readonly Api[];

  private constructor(apis: readonly Api[]) {
    this.apis = apis;
  }

  static async ofNewCustomers(stage: Stage): Promise<Fleet> {
    const apis: Api[] = [];
    for (let number = 0; number < CUSTOMERS; number++) {
      const made = await customer(stage);
      await raiseQuota(stage, made);
      apis.push(stage.api(made.token));
    }
    return new Fleet(apis);
  }

  get size(): number {
    return this.servers.length;
  }

  async launch(count: number): Promise<void> {
    const numbers = Array.from({ length: count }, (_, number) => number);
    await eachOf(numbers, async (number) => {
      const api = this.apis[number % this.apis.length] as Api;
      const order = { ...A_SERVER, name: `Crowd ${crypto.randomUUID().slice(0, 8)}` };
      const key = crypto.randomUUID();
      const { server } = await patiently(() => api.post<{ server: Server }>('/v1/servers', order, key));
      this.servers.push({ id: server.id, api });
    });
  }

  /** The first of them. */
  async order(action: 'pause' | 'resume', count: number): Promise<void> {
    await eachOf(this.servers.slice(0, count), ({ id, api }) => {
      const key = crypto.randomUUID();
      return patiently(() => api.post(`/v1/servers/${id}/actions/${action}`, {}, key));
    });
  }

  /** Those that have this status; they belong to the fleet no more, unless all of it goes. */
  async terminateAll(status: Server['status']): Promise<void> {
    const found = await this.statuses();
    const doomed = this.servers.filter(({ id }) => found.get(id) === status);
    await eachOf(doomed, ({ id, api }) => patiently(() => api.delete(`/v1/servers/${id}`)));
    if (doomed.length < this.size) this.servers = this.servers.filter((each) => !doomed.includes(each));
  }

  /** All are what they were ordered to be. */
  async until(status: Server['status']): Promise<void> {
    const giveUpAt = Date.now() + PATIENCE_MINUTES * 60_000;
    for (;;) {
      const found = await this.statuses();
      const others = this.servers.filter(({ id }) => found.get(id) !== status);
      if (others.length === 0) return;
      if (Date.now() > giveUpAt) throw new Error(`${others.length} servers are not ${status}`);
      await delay(LOOK_MILLISECONDS);
    }
  }

  private async statuses(): Promise<Map<string, Server['status']>> {
    const found = new Map<string, Server['status']>();
    for (const api of this.apis) {
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = `/v1/servers?limit=200&includeTerminated=true${cursor && `&cursor=${cursor}`}`;
        const page = await patiently(() => api.get<{ items: Server[]; nextCursor: string | null }>(query));
        for (const { id, status } of page.items) found.set(id, status);
        cursor = page.nextCursor;
      }
    }
    return found;
  }
}

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** As a well-written client: what is refused for now or lost on the way is repeated, with the same key. */
async function patiently<Result>(call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isForNow = error instanceof ApiProblem && (error.status === 503 || error.status === 429);
      if (!isForNow && !(error instanceof TypeError)) throw error;
      await delay(AGAIN_MILLISECONDS);
    }
  }
}
