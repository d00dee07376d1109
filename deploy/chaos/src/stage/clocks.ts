import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const HOLD_MILLISECONDS = 20_000;

/**
 * Between the simulator's clock and the services: each process asks here under its own name and gets the offset of the
 * simulated world plus what its own clock is wrong by. Same protocol as the simulator's `GET /_sim/clock`.
 */
export class Clocks {
  /** How far the simulated world has been ahead of the machine's time, and since when (Unix milliseconds of the latter). */
  readonly history: { since: number; offsetMilliseconds: number }[] = [];
  private readonly server: Server;
  private readonly source: string;
  private readonly errors = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<() => void>();
  private offset: number | undefined;

  private constructor(server: Server, source: string) {
    this.server = server;
    this.source = source;
  }

  /** `source` is the simulator's clock, which may start later: until then all who ask wait. */
  static async relay(source: string): Promise<Clocks> {
    const server = createServer();
    const clocks = new Clocks(server, source);
    server.on('request', (request, response) => void clocks.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    void clocks.follow();
    return clocks;
  }

  /** The time of the simulated world, which is also what AWS says. */
  now(): Date {
    return new Date(Date.now() + (this.offset ?? 0));
  }

  /** For the BERTH_CLOCK_URL of that process. */
  urlFor(process: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${process}`;
  }

  /** From now on the clock of that process is wrong by so much; 0 makes it right. */
  setWrong(process: string, seconds: number): void {
    this.errors.set(process, seconds * 1000);
    this.wake();
  }

  /** Everything that is due until then happens first; the services follow within milliseconds. */
  async advance(seconds: number): Promise<void> {
    const response = await fetch(this.source, {
      method: 'POST',
      body: JSON.stringify({ advanceSeconds: seconds }),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok)
      throw new Error(`The clock cannot be moved: ${response.status} ${await response.text()}`);
  }

  stop(): void {
    this.stopping.abort();
    this.wake();
    this.server.close();
    this.server.closeAllConnections();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const known = this.offset === undefined ? '' : `?after=${this.offset}`;
        const response = await fetch(this.source + known, { signal });
        const { offsetMilliseconds } = (await response.json()) as { offsetMilliseconds: number };
        if (offsetMilliseconds !== this.offset) this.history.push({ since: Date.now(), offsetMilliseconds });
        this.offset = offsetMilliseconds;
        this.wake();
      } catch {
        await delay(100, undefined, { signal }).catch(() => {});
      }
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const process = pathname.slice(1);
    const known = searchParams.get('after');
    const until = performance.now() + HOLD_MILLISECONDS;
    while (this.isNews(process, known) === false && performance.now() < until) await this.change(until);
    const offsetMilliseconds = this.offsetOf(process);
    if (offsetMilliseconds === undefined) response.writeHead(503).end();
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ offsetMilliseconds }));
    }
  }

  private isNews(process: string, known: string | null): boolean {
    if (this.stopping.signal.aborted) return true;
    const offset = this.offsetOf(process);
    return offset !== undefined && (known === null || Number(known) !== offset);
  }

  private offsetOf(process: string): number | undefined {
    return this.offset === undefined ? undefined : this.offset + (this.errors.get(process) ?? 0);
  }

  private change(until: number): Promise<void> {
    return new Promise((changed) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        changed();
      };
      const timer = setTimeout(done, Math.max(0, until - performance.now()));
      this.waiting.add(done);
    });
  }

  private wake(): void {
    for (const changed of [...this.waiting]) changed();
  }
}
