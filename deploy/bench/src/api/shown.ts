import { serverPrice, type PriceBook } from '@berth/pricing';
import type { ServerRow } from './rows.ts';

/** A stored server as the API shows it, by hand. */
export function shown(server: ServerRow, prices: PriceBook) {
  const { configuration, operation } = server;
  const { product, version, size, region, diskGib } = configuration;
  return {
    id: server._id,
    name: server.name,
    status: server.status,
    reason: server.reason ?? (server.progress.stuckSince ? 'stuck' : null),
    waitingFor: server.status === 'waiting_for_capacity' ? (server.capacity?.waitingFor ?? null) : null,
    ...{ product, version, size, region, zone: server.zone, diskGib },
    hostname: server.host,
    url: `http://${server.host}/`,
    ip: server.instance?.ip ?? null,
    tags: Object.fromEntries(server.tags.map(({ key, value }) => [key, value])),
    protected: server.protected,
    operation:
      operation && !operation.endedAt
        ? { id: operation._id, type: operation.type, status: operation.status }
        : null,
    failure: server.failure,
    price: serverPrice(prices, configuration, new Date()),
    createdAt: server.createdAt,
    updatedAt: server.updatedAt,
  };
}
