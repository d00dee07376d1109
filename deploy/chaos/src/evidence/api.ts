import type { Costs, Operation, Server, TimelineEntry, UsageRecord } from '@berth/contracts';
import type { Api } from '@berth/local';

/** All that the REST API says of one server. Times in it are RFC 3339 of the simulated world. */
export interface ServerEvidence {
  accountId: string;
  server: Server;
  operations: Operation[];
  timeline: TimelineEntry[];
  usage: UsageRecord[];
}

/** What an account is said to owe for this month, server by server. */
export interface CostEvidence {
  accountId: string;
  /** `2026-11` */
  month: string;
  asOf: string;
  groups: Costs['items'];
}

const TIMELINES_AT_ONCE = 8;
const EVER = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';

/** Every server of an account, terminated ones included. */
export async function serversOf(api: Api, accountId: string): Promise<ServerEvidence[]> {
  const servers = await all<Server>(api, '/v1/servers?includeTerminated=true');
  const operations = groupBy(await all<Operation>(api, '/v1/operations?'), ({ serverId }) => serverId);
  const usage = groupBy(await all<UsageRecord>(api, `/v1/usage?${EVER}`), ({ serverId }) => serverId);
  const timelines = await eachAtMost(TIMELINES_AT_ONCE, servers, ({ id }) =>
    all<TimelineEntry>(api, `/v1/servers/${id}/timeline?`),
  );
  return servers.map((server, index) => ({
    accountId,
    server,
    operations: operations.get(server.id) ?? [],
    timeline: timelines[index] ?? [],
    usage: usage.get(server.id) ?? [],
  }));
}

/** Months are told apart by the simulated world's calendar; `month` is the one the run began in. */
export async function costsOf(api: Api, accountId: string, month: string): Promise<CostEvidence> {
  let asOf = '';
  const groups = await all<Costs['items'][number]>(
    api,
    `/v1/costs?groupBy=server&month=${month}`,
    (page) => (asOf = (page as Costs).asOf),
  );
  return { accountId, month, asOf, groups };
}

/** Every page of a list. `path` ends where a further parameter can be added. */
async function all<Item>(api: Api, path: string, seen: (page: unknown) => void = () => {}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const joint = path.endsWith('?') ? '' : '&';
    const next = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Item[]; nextCursor: string | null } = await api.get(
      `${path}${joint}limit=200${next}`,
    );
    seen(page);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

export async function eachAtMost<Item, Result>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const [index, item] of queue) results[index] = await work(item);
    }),
  );
  return results;
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
