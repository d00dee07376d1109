import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import { Generator } from './generator.ts';
import type { Answered } from './streams.ts';

test('what is due is sent on time behind a slow answer, and waits from when it was due', async () => {
  let asked = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const server = createServer((_request, response) => {
    asked++;
    void answered.then(() => response.end('{}'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const generator = new Generator();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  generator.play(url, [{ name: 'reads', token: 'brt_1', kind: 'read', perSecond: 50 }]);
  // The generator itself comes too late: that is the system's time as well.
  await delay(500);
  generator.tick();
  await eventually(() => expect(asked).toBeGreaterThanOrEqual(20));
  generator.play(url, []);
  answer();
  const all: Answered[] = [];
  await eventually(() => {
    all.push(...generator.report().answered);
    expect(all).toHaveLength(asked);
  });
  expect(Math.max(...all.map(({ milliseconds }) => milliseconds))).toBeGreaterThan(450);
  server.close();
});
