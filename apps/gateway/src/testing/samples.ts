import type { z } from 'zod';
import type {
  Accepted,
  ApiToken,
  Me,
  OfferedCatalog,
  Operation,
  Principal,
  Role,
  Server,
  Session,
  TimelineEntry,
  UsageRecord,
} from '@berth/contracts';

const suffix = '01h455vb4pex5vsknk084sn02q';
const at = '2026-11-22T10:00:00.000Z';

/** Well-formed ids of things that may or may not be there. */
export const ids = {
  account: `acc_${suffix}`,
  user: `usr_${suffix}`,
  token: `tok_${suffix}`,
  server: `srv_${suffix}`,
  operation: `op_${suffix}`,
};

export const principal = (role: Role): Principal => ({
  userId: ids.user,
  accountId: ids.account,
  role,
  actor: { kind: 'token', id: ids.token },
});

export const server: Server = {
  id: ids.server,
  name: 'Orders',
  status: 'requested',
  reason: null,
  waitingFor: null,
  product: 'web',
  version: '1',
  size: 'small',
  region: 'eu-central-1',
  zone: null,
  diskGib: 20,
  hostname: 'orders.berth.localhost',
  url: 'https://orders.berth.localhost/',
  ip: null,
  tags: {},
  protected: false,
  operation: null,
  failure: null,
  price: {
    currency: 'USD',
    perMinute: '0.001',
    perHour: '0.06',
    perMonth: '43.80',
    pausedPerMinute: '0.0001',
  },
  createdAt: at,
  updatedAt: at,
};

export const operation: Operation = {
  id: ids.operation,
  type: 'launch',
  status: 'running',
  serverId: ids.server,
  steps: [],
  error: null,
  requestedBy: principal('owner').actor,
  createdAt: at,
  endedAt: null,
};

export const accepted: Accepted = { server, operation };

export const me: Me = {
  user: { id: ids.user, email: 'ada@example.com', name: 'Ada', createdAt: at },
  account: { id: ids.account, name: 'Analytical Engines', status: 'active', createdAt: at },
  role: 'owner',
  limits: { servers: 20, vcpu: 160, diskGib: 10_000 },
};

export const session: z.output<typeof Session> = { id: 'ses_1', accessToken: 'brs_secret', expiresAt: at };

export const token: ApiToken = {
  id: ids.token,
  name: 'nightly import',
  hint: 'brt_abcd',
  createdAt: at,
  lastUsedAt: null,
  expiresAt: null,
};

export const catalog: OfferedCatalog = { revision: 1, regions: [], sizes: [], products: [], prices: [] };

export const timelineEntry: TimelineEntry = {
  sequence: 1,
  at,
  from: null,
  to: 'requested',
  reason: null,
  cause: { kind: 'actor', id: ids.token, text: 'launched' },
};

export const usageRecord: UsageRecord = {
  id: `${ids.server}/compute/${at}/1`,
  accountId: ids.account,
  serverId: ids.server,
  meter: 'compute',
  product: 'web',
  region: 'eu-central-1',
  size: 'small',
  from: at,
  to: '2026-11-22T10:05:00.000Z',
  quantity: 5,
  unit: 'minute',
  revision: 1,
  reverses: null,
  openedBy: 4,
  closedBy: 5,
  recordedAt: at,
};

export const pageOf = <Item>(item: Item) => ({ items: [item], nextCursor: null });
