import autocannon from 'autocannon';
import type { Sample } from '../bench.ts';

const SECONDS = 5;

export interface Load {
  /** Asked for one after the other by each client, again and again. */
  pages: readonly string[];
  /** Each on a connection of its own that stays open, asking without a pause. */
  clients: number;
}

/** Asks for five seconds. Throws when anything but 2xx comes back. */
export async function load(url: string, token: string, { pages, clients }: Load): Promise<Sample> {
  const { requests, latency, errors, non2xx } = await autocannon({
    url,
    connections: clients,
    duration: SECONDS,
    headers: { authorization: `Bearer ${token}` },
    requests: pages.map((path) => ({ path })),
  });
  if (errors + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${non2xx} answers other than 2xx`);
  return { 'requests/s': requests.average, 'p99 ms': latency.p99 };
}
