import { groupBy } from '../evidence/api.ts';
import { counted, type Invariant } from './invariant.ts';

/**
 * A message may arrive more than once, but always as the same message. One fact under two message ids, or one id with two
 * contents, was said by a handler that took effect twice.
 */
export const saidOnce: Invariant = {
  name: 'inbox re-sends: facts that were said under two message ids',
  mustBe: '0',
  check({ told }) {
    const twice = [...groupBy(told, ({ type, subject }) => `${type} ${subject}`)].flatMap(
      ([fact, messages]) => {
        const ids = new Set(messages.map(({ id }) => id));
        return ids.size > 1 ? [`${fact} in ${[...ids].join(', ')}`] : [];
      },
    );
    const changed = [...groupBy(told, ({ id }) => id)].flatMap(([id, messages]) =>
      new Set(messages.map(({ digest }) => digest)).size > 1 ? [`${id} came with two contents`] : [],
    );
    return counted([...twice, ...changed]);
  },
};
