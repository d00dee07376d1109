import type { Server, ServerSnapshot } from '@berth/contracts';
import { serverPrice, type PriceBook } from '@berth/pricing';
import { operationInProgress, type ServerDocument } from './server.model.ts';

interface ViewContext {
  prices: PriceBook;
  serverUrl: ServerUrl;
  now: Date;
}

/** Where a customer opens the product of a host. */
type ServerUrl = (host: string) => string;

/** A server as customers see it. */
export function serverView(server: ServerDocument, { prices, serverUrl, now }: ViewContext): Server {
  return { ...snapshotOf(server, serverUrl), price: serverPrice(prices, server.configuration, now) };
}

/** The same without what the catalog adds. */
export function snapshotOf(server: ServerDocument, serverUrl: ServerUrl): ServerSnapshot {
  const { configuration, progress } = server;
  const operation = operationInProgress(server);
  return {
    id: server._id,
    name: server.name,
    status: server.status,
    reason: server.reason ?? (progress.stuckSince ? 'stuck' : null),
    waitingFor: server.status === 'waiting_for_capacity' ? (server.capacity?.waitingFor ?? null) : null,
    product: configuration.product,
    version: configuration.version,
    size: configuration.size,
    region: configuration.region,
    zone: server.zone,
    diskGib: configuration.diskGib,
    hostname: server.host,
    url: serverUrl(server.host),
    ip: server.instance?.ip ?? null,
    tags: Object.fromEntries(server.tags.map(({ key, value }) => [key, value])),
    protected: server.protected,
    operation: operation && { id: operation._id, type: operation.type, status: operation.status },
    failure: server.failure,
    createdAt: server.createdAt.toISOString(),
    updatedAt: server.updatedAt.toISOString(),
  };
}
