import { expect, test } from '@jest/globals';
import type { MessageContext } from '@berth/messaging';
import { NotificationHandlers } from './notification.handlers.ts';
import type { Notifications } from './notifications.ts';
import { later, PATIENCE_ATTEMPTS, type Outcome } from './outcome.ts';

const attempts: number[] = [];
const handlers = (outcome: Outcome) =>
  new NotificationHandlers({
    handle: async (_body: string, attempt: number) => {
      attempts.push(attempt);
      return outcome;
    },
  } as unknown as Notifications);
const take = (outcome: Outcome, attempt: number) =>
  handlers(outcome).take({ body: '{}' }, { attempt } as MessageContext);

test('what was taken is done', async () => {
  await expect(take('done', 1)).resolves.toBeUndefined();
});

test('what is too early comes again', async () => {
  await expect(take(later(1), 1)).rejects.toThrow('too early');
});

test('after a minute it is as it is after all attempts of the queue', async () => {
  attempts.length = 0;
  for (const attempt of [1, 2, 3, 4, 9]) await take('done', attempt);
  expect(attempts).toEqual([1, 2, 3, PATIENCE_ATTEMPTS, PATIENCE_ATTEMPTS]);
});
