import { setTimeout as delay } from 'node:timers/promises';
import type { Accepted, Operation, Server } from '@berth/contracts';
import type { Balancer } from './balancer.ts';
import { Caller } from './caller.ts';
import { Follower } from './follower.ts';
import type { Tally } from './tally.ts';

const ACCOUNTS = 4;
const READERS_PER_ACCOUNT = 2;
const SERVERS_PER_ACCOUNT = 2;
const PAUSE_MILLISECONDS = 200;
/** For operations that are under way when the load ends. */
const END_SECONDS = 60;

/** Steady, mixed load by a few accounts: reads and lists, servers that live through everything, live streams. */
export async function load(balancer: Balancer, tally: Tally, signal: AbortSignal): Promise<void> {
  const stranger = new Caller(balancer, tally);
  const streams = new AbortController();
  const accounts = Array.from({ length: ACCOUNTS }, async () => {
    const token = await signUp(stranger);
    if (token === undefined) return;
    const caller = stranger.as(token);
    void new Follower(balancer, tally, token).follow(streams.signal);
    await Promise.all([
      ...Array.from({ length: READERS_PER_ACCOUNT }, () => read(caller, signal)),
      ...Array.from({ length: SERVERS_PER_ACCOUNT }, () => lives(caller, tally, signal)),
    ]);
  });
  await Promise.all(accounts);
  streams.abort();
}

async function signUp(stranger: Caller): Promise<string | undefined> {
  const login = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
  const person = { ...login, name: 'Ada', accountName: 'Analytical Engines' };
  await stranger.call({ method: 'POST', path: '/v1/signup', body: person });
  const session = await stranger.call<{ accessToken: string }>({
    method: 'POST',
    path: '/v1/sessions',
    body: login,
  });
  return session?.accessToken;
}

async function read(caller: Caller, signal: AbortSignal): Promise<void> {
  const paths = [
    '/v1/servers',
    '/v1/catalog',
    '/v1/operations',
    '/v1/costs',
    '/v1/me',
    '/v1/hostnames/rolling',
  ];
  for (let turn = 0; !signal.aborted; turn++) {
    await caller.call({ method: 'GET', path: paths[turn % paths.length] ?? '/v1/me' });
    const [first] =
      (await caller.call<{ items: Server[] }>({ method: 'GET', path: '/v1/servers?limit=1' }))?.items ?? [];
    if (first) await caller.call({ method: 'GET', path: `/v1/servers/${first.id}` });
    await delay(PAUSE_MILLISECONDS * (0.5 + Math.random()));
  }
}

const SERVER = {
  name: 'Rolling',
  product: 'web',
  version: '1.26',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
};

/** One server after the other: launched, paused, resumed, terminated; what was begun is ended after the signal. */
async function lives(caller: Caller, tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const launched = await caller.call<Accepted>({ method: 'POST', path: '/v1/servers', body: SERVER });
    if (!launched) return;
    const path = `/v1/servers/${launched.server.id}`;
    await ended(caller, tally, launched);
    for (const action of ['pause', 'resume'])
      await ended(
        caller,
        tally,
        await caller.call({ method: 'POST', path: `${path}/actions/${action}`, body: {} }),
      );
    await ended(caller, tally, await caller.call({ method: 'DELETE', path }));
  }
}

/** Waits as a script would, asking to be held; notes how the operation ended. */
async function ended(caller: Caller, tally: Tally, accepted: Accepted | undefined): Promise<void> {
  if (!accepted) return;
  const { id } = accepted.operation;
  tally.operations.set(id, 'without an end');
  const until = performance.now() + END_SECONDS * 1000;
  while (performance.now() < until) {
    const path = `/v1/operations/${id}?wait=20`;
    const operation = await caller.call<Operation>({ method: 'GET', path, held: true });
    if (operation?.endedAt) {
      tally.operations.set(id, operation.status);
      return;
    }
  }
}
