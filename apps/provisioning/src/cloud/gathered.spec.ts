import { expect, test } from '@jest/globals';
import { Gathered } from './gathered.ts';

const signal = new AbortController().signal;

/** Answers when told to. */
function gathered() {
  const calls: { keys: readonly string[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const looks = new Gathered<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const answer = () => resolve(new Map(keys.map((key) => [key, `about ${key}`])));
        calls.push({ keys, answer, fail: reject });
      }),
  );
  return { looks, calls };
}
const settled = () => new Promise(setImmediate);

test('a lone question is asked at once, and a crowd that comes meanwhile in one call', async () => {
  const { looks, calls } = gathered();
  const first = looks.about('a', signal);
  await settled();
  const crowd = ['b', 'c', 'c'].map((key) => looks.about(key, signal));
  await settled();
  expect(calls.map(({ keys }) => keys)).toEqual([['a']]);
  calls[0]?.answer();
  expect(await first).toBe('about a');
  await settled();
  expect(calls.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
  calls[1]?.answer();
  expect(await Promise.all(crowd)).toEqual(['about b', 'about c', 'about c']);
});

test('a call that fails fails those who asked in it, and nobody else', async () => {
  const { looks, calls } = gathered();
  const first = looks.about('a', signal);
  await settled();
  const second = looks.about('b', signal);
  calls[0]?.fail(new Error('throttled'));
  await expect(first).rejects.toThrow('throttled');
  await settled();
  calls[1]?.answer();
  expect(await second).toBe('about b');
});

test('who does not want to wait any longer goes alone', async () => {
  const { looks, calls } = gathered();
  const impatient = new AbortController();
  const left = looks.about('a', impatient.signal);
  const patient = looks.about('b', signal);
  await settled();
  impatient.abort();
  await expect(left).rejects.toThrow('abort');
  calls[0]?.answer();
  expect(await patient).toBe('about b');
});
