import autocannon from 'autocannon';
import type { Sample } from '../bench.ts';

const SECONDS = 5;
/** As many clients as ask without a pause, each on a connection that stays open. */
const CONNECTIONS = 32;

/** Asks for one path for five seconds. Throws when anything but 200 comes back. */
export async function load(url: string, token: string): Promise<Sample> {
  const { requests, latency, errors, non2xx } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { authorization: `Bearer ${token}` },
  });
  if (errors + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${non2xx} answers other than 2xx`);
  return { 'requests/s': requests.average, 'p99 ms': latency.p99 };
}
