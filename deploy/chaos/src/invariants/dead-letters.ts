import { counted, type Invariant } from './invariant.ts';

export const deadLetters: Invariant = {
  name: 'dead letters that a replay does not resolve',
  mustBe: '0',
  check({ deadLetters: { found, unresolved } }) {
    const { measured, findings } = counted(
      unresolved.map(
        ({ service, id, type, queue, reason, error }) =>
          `${service}: ${type} ${id} of ${queue}, ${reason}: ${error}`,
      ),
    );
    return { measured: found.length > 0 ? `${measured} (of ${found.length} replayed)` : measured, findings };
  },
};
