import { readdirSync, readFileSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import { describe, expect, test } from '@jest/globals';
import { Passwords } from './passwords.ts';

const passwords = new Passwords();

describe('a password', () => {
  test('matches its own hash and no other', async () => {
    const stored = await passwords.hash('correct horse');
    expect(await passwords.matches('correct horse', stored)).toBe(true);
    expect(await passwords.matches('Correct horse', stored)).toBe(false);
    expect(await passwords.hash('correct horse')).not.toBe(stored);
  });

  test('matches however a keyboard composes its characters', async () => {
    const stored = await passwords.hash('caf\u00e9 au lait');
    expect(await passwords.matches('cafe\u0301 au lait', stored)).toBe(true);
  });

  test('is stored as argon2id with at least 19 MiB and two passes', async () => {
    expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('nobody’s password is never right, and takes as much work as somebody’s wrong one', async () => {
  const stored = await passwords.hash('correct horse');
  const known = await median(() => passwords.matches('wrong', stored));
  const unknown = await median(() => passwords.matches('wrong', undefined));
  expect(await passwords.matches('correct horse', undefined)).toBe(false);
  expect(known).toBeGreaterThan(1_000);
  expect(unknown).toBeGreaterThan(known / 2);
});

test('a hash with other parameters is outdated, one with today’s is not', async () => {
  expect(passwords.isOutdated(await hash('x', { memoryCost: 8_192, timeCost: 2 }))).toBe(true);
  expect(passwords.isOutdated(await passwords.hash('x'))).toBe(false);
});

test('a flood is refused at once instead of piling up', async () => {
  const attempt = () => passwords.inTurn(() => passwords.matches('x', undefined));
  const results = await Promise.allSettled(Array.from({ length: 200 }, attempt));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(100);
  expect(refused[0]).toMatchObject({ reason: { code: 'overloaded', status: 503 } });
});

/** Of seven runs, in microseconds of the processor: what else the machine does is not counted. */
async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 7; run++) {
    const before = hashingMicroseconds();
    await work();
    times.push(hashingMicroseconds() - before);
  }
  return times.sort((a, b) => a - b)[3] ?? 0;
}

/** What the process that hashes has had of the processor: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat */
function hashingMicroseconds(): number {
  const { pid } = passwords['hashing'];
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'),
  );
  return threads.reduce((sum, stat) => sum + Number(stat.split(' ')[0]) / 1000, 0);
}
