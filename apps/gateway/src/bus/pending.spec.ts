import { expect, test } from '@jest/globals';
import { GetOperation, GetServer } from '@berth/contracts';
import { Pending } from './pending.ts';

const forEver = () => new Promise<never>(() => {});
const overloaded = expect.objectContaining({ code: 'overloaded', status: 503 });

/** As many as may wait at once. */
function fill(pending: Pending, gone?: AbortSignal): Promise<unknown> {
  return Promise.allSettled(Array.from({ length: 1_000 }, () => pending.hold(GetOperation, forEver, gone)));
}

test('a stuck service fills only its own places', async () => {
  const pending = new Pending();
  void fill(pending);
  await expect(pending.hold(GetOperation, forEver)).rejects.toEqual(overloaded);
  await expect(pending.hold(GetServer, async () => 'answered')).resolves.toBe('answered');
});

test('clients that went away leave their places to others', async () => {
  const pending = new Pending();
  const gone = new AbortController();
  const waiting = fill(pending, gone.signal);
  gone.abort();
  await waiting;
  await expect(pending.hold(GetOperation, async () => 'answered')).resolves.toBe('answered');
});

test('an answer, good or bad, frees its place', async () => {
  const pending = new Pending();
  for (let count = 0; count < 1_100; count++) {
    await pending.hold(GetServer, async () => {}).catch(() => {});
    await pending.hold(GetServer, () => Promise.reject(new Error('refused'))).catch(() => {});
  }
  await expect(pending.hold(GetServer, async () => 'answered')).resolves.toBe('answered');
});

test('what waits long is ended when the gateway stops', async () => {
  const pending = new Pending();
  const waiting = pending.hold(GetOperation, forEver, new AbortController().signal);
  pending.beforeApplicationShutdown();
  await expect(waiting).rejects.toMatchObject({ code: 'dependency_unavailable' });
});
