import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A clock that is moved by hand, for the `BERTH_CLOCK_URL` of a process. */
export class MovedClock {
  private offsetMilliseconds = 0;
  private readonly waiting = new Set<ServerResponse>();
  private readonly server = createServer(({ url = '/' }, response) => {
    const known = new URL(url, 'http://localhost').searchParams.get('after');
    if (known === String(this.offsetMilliseconds)) this.waiting.add(response);
    else this.answer(response);
  });

  static async start(): Promise<MovedClock> {
    const clock = new MovedClock();
    clock.server.listen(0, '127.0.0.1');
    await once(clock.server, 'listening');
    return clock;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Who follows it knows within milliseconds. */
  set(time: Date): void {
    this.offsetMilliseconds = time.getTime() - Date.now();
    for (const response of this.waiting) this.answer(response);
    this.waiting.clear();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(response: ServerResponse): void {
    response.end(JSON.stringify({ offsetMilliseconds: this.offsetMilliseconds }));
  }
}
