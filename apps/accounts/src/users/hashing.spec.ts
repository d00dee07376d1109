import { getPriority } from 'node:os';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventually } from '@berth/testing';
import { Hashing } from './hashing.ts';

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

test('a password is hashed, and compared with its hash, in as many threads as are wanted', async () => {
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

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('the threads give way to all others, and the process itself does not', async () => {
  const before = getPriority();
  const hashing = new Hashing(1);
  await hashing.hash('x', PARAMETERS);
  await eventually(() => expect(niceness().filter((nice) => nice >= 10)).not.toEqual([]));
  expect(getPriority()).toBe(before);
});

/** Of each thread of this process: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the 19th field. */
const niceness = () =>
  readdirSync('/proc/self/task').map((thread) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ');
    return Number(fields.split(' ')[16]);
  });
