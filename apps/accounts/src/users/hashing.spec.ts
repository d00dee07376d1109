import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import { Hashing } from './hashing.ts';

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

test('a password is hashed, and compared with its hash, as many at a time as are wanted', async () => {
  const hashing = new Hashing(2);
  const stored = await hashing.hash('correct horse', PARAMETERS);
  const answers = await Promise.all(
    Array.from({ length: 9 }, (_, n) => hashing.verify(stored, n % 2 ? 'correct horse' : 'another')),
  );
  expect(answers).toEqual([false, true, false, true, false, true, false, true, false]);
});

test('what cannot be computed fails by itself, and what comes after it does not', async () => {
  const hashing = new Hashing(1);
  const jobs = [
    hashing.verify('no hash', 'x'),
    hashing.hash('x', PARAMETERS),
    hashing.verify('no hash', 'x'),
  ];
  const outcomes = (await Promise.allSettled(jobs)).map(({ status }) => status);
  expect(outcomes).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect(await hashing.hash('x', PARAMETERS)).toMatch(/^\$argon2id\$/);
});

test('when the process is killed, what it was computing fails, and another one goes on', async () => {
  const hashing = new Hashing(1);
  await hashing.hash('x', PARAMETERS);
  const first = hashing.pid ?? 0;
  const lost = hashing.hash('x', { ...PARAMETERS, timeCost: 1_000 });
  process.kill(first, 'SIGKILL');
  await expect(lost).rejects.toThrow('has ended');
  expect(await hashing.hash('x', PARAMETERS)).toMatch(/^\$argon2id\$/);
  expect(hashing.pid).not.toBe(first);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('all its threads give way to all others, its session too, and this process does not', async () => {
  const before = getPriority();
  const hashing = new Hashing(2);
  await Promise.all([hashing.hash('x', PARAMETERS), hashing.hash('y', PARAMETERS)]);
  const nices = niceness(hashing.pid);
  expect(nices.length).toBeGreaterThan(2);
  expect(Math.min(...nices)).toBeGreaterThanOrEqual(10);
  const autogroup = `/proc/${hashing.pid}/autogroup`;
  if (existsSync(autogroup))
    await eventually(() => expect(readFileSync(autogroup, 'utf8')).toMatch(/nice 10$/m));
  expect(getPriority()).toBe(before);
});

/** Of each thread of a process: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the 19th field. */
const niceness = (pid: number | undefined) =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, fields = ''] = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ');
    return Number(fields.split(' ')[16]);
  });
