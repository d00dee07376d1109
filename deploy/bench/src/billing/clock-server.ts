import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves a clock that begins at this time and then goes on: what `BERTH_CLOCK_URL` names (`FollowedClock` in libs/clock). */
export async function clockFrom(start: Date): Promise<{ url: string; stop: () => Promise<void> }> {
  const offsetMilliseconds = start.getTime() - Date.now();
  const server = createServer((request, response) => {
    // Who asks for another offset than this waits for ever: there will be none.
    if (request.url === '/') response.end(JSON.stringify({ offsetMilliseconds }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
