import { expect, test } from '@jest/globals';
import { checks, type Measured } from './checks.ts';
import { Tally } from './tally.ts';

const calm = (): Measured => ({
  tally: new Tally(),
  alone: new Tally(),
  restarts: [{ process: 'dns', ending: 0, stopSeconds: 1, startSeconds: 1 }],
  repeated: [],
  leftBehind: [],
  errors: [],
  redeliveries: new Map([['dns.commands', 0]]),
  deadLetters: 0,
});
const broken = (measured: Measured) =>
  checks(measured)
    .filter(({ findings }) => findings.length > 0)
    .map(({ name }) => name);

test('nothing is found when nothing went wrong', () => {
  expect(broken(calm())).toEqual([]);
});

test.each<[string, (measured: Measured) => void]>([
  ['failures seen by clients: anything but 503 with Retry-After', ({ tally }) => tally.fail('ECONNRESET')],
  ['503 with Retry-After that a retry healed', ({ tally }) => tally.refused++],
  ['operations that did not succeed', ({ tally }) => tally.operations.set('op_1', 'without an end')],
  ['alone: failures seen by clients', ({ alone }) => alone.fail('500')],
  ['alone: 503 with Retry-After that a retry healed', ({ alone }) => alone.refused++],
  ['alone: longest answer, seconds', ({ alone }) => alone.seconds.push(6)],
  [
    'messages that came again after they were handled',
    (measured) => (measured.repeated = ['was handled before']),
  ],
  [
    'queues from which something was delivered again',
    (measured) => (measured.redeliveries = new Map([['dns.commands', 1]])),
  ],
  ['dead letters', (measured) => (measured.deadLetters = 1)],
  ['processes that did not end with 0', ({ restarts }) => (restarts[0]!.ending = 'SIGKILL')],
  ['longest stop, seconds', ({ restarts }) => (restarts[0]!.stopSeconds = 30)],
  ['handlers left behind', (measured) => (measured.leftBehind = ['1 handlers are left behind'])],
])('%s: is found', (name, breakIt) => {
  const measured = calm();
  breakIt(measured);
  expect(broken(measured)).toEqual([name]);
});
