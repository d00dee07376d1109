import { setTimeout as delay } from 'node:timers/promises';

const PROBE_MILLISECONDS = 200;
const PROBE_TIMEOUT_MILLISECONDS = 3_000;

/**
 * Sends requests to the gateways in turn, but to none that cannot be reached or says that it leaves. A service that is away
 * makes every gateway unready; that takes none out.
 */
export class Balancer {
  private readonly gateways: { url: string; up: boolean }[];
  private turn = 0;

  constructor(urls: Iterable<string>) {
    this.gateways = [...urls].map((url) => ({ url, up: true }));
  }

  /** The next gateway's address; any, when none is up. */
  next(): string {
    const up = this.gateways.filter((gateway) => gateway.up);
    const choice = up.length > 0 ? up : this.gateways;
    this.turn += 1;
    return choice[this.turn % choice.length]?.url ?? '';
  }

  /** Resolves when a gateway gets its share of the requests (again): who restarts several waits for each. */
  async untilUp(url: string): Promise<void> {
    while (!this.gateways.find((gateway) => gateway.url === url)?.up) await delay(PROBE_MILLISECONDS);
  }

  /** Probes every gateway until the signal. */
  async watch(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.gateways.map(async (gateway) => {
        while (!signal.aborted) {
          gateway.up = await stays(gateway.url);
          await delay(PROBE_MILLISECONDS, undefined, { signal }).catch(() => {});
        }
      }),
    );
  }
}

async function stays(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MILLISECONDS);
    // No connection is kept for it: one that is being closed would say nothing of the gateway.
    const answer = await fetch(`${url}/readyz`, { signal, headers: { connection: 'close' } });
    const { notReady = [] } = (await answer.json()) as { notReady?: { service: string }[] };
    return !notReady.some(({ service }) => service === 'gateway');
  } catch {
    return false;
  }
}
