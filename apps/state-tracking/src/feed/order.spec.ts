import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextInOrder } from './order.ts';

const patientSince = new Date(1_000);
const arrival = (serverId: string, revision: number, arrivedAt = 2_000) => ({
  _id: `${serverId}/${revision}`,
  serverId,
  revision,
  arrivedAt: new Date(arrivedAt),
});
const ids = (arrivals: { _id: string }[]) => arrivals.map(({ _id }) => _id);

/** As many revisions of each server as were told. */
const told = (revisions: Record<string, number>) => new Map(Object.entries(revisions));

describe('what arrived of a server', () => {
  test('is taken up in the order of its revisions', () => {
    const arrivals = [arrival('a', 3), arrival('b', 1), arrival('a', 2), arrival('a', 4)];
    expect(ids(nextInOrder(arrivals, told({ a: 1 }), patientSince).next)).toEqual([
      'a/2',
      'a/3',
      'a/4',
      'b/1',
    ]);
  });

  test('waits for a revision that is missing, and holds up no other server', () => {
    const arrivals = [arrival('a', 1), arrival('a', 3), arrival('b', 1)];
    const { next, superseded } = nextInOrder(arrivals, told({}), patientSince);
    expect(ids(next)).toEqual(['a/1', 'b/1']);
    expect(superseded).toEqual([]);
  });

  test('waits no longer than its patience, and then all before it that is here goes first', () => {
    const arrivals = [arrival('a', 2), arrival('a', 4, 1_000), arrival('a', 6)];
    expect(ids(nextInOrder(arrivals, told({}), patientSince).next)).toEqual(['a/2', 'a/4']);
  });

  test('is dropped when a later one was told', () => {
    const { next, superseded } = nextInOrder(
      [arrival('a', 3), arrival('a', 4)],
      told({ a: 4 }),
      patientSince,
    );
    expect(next).toEqual([]);
    expect(ids(superseded)).toEqual(['a/3', 'a/4']);
  });
});

test('however arrivals are split and mixed, each revision is told once and in order', () => {
  const someOrder = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 });
  fc.assert(
    fc.property(someOrder, fc.array(fc.integer({ min: 1, max: 3 })), (order, sizes) => {
      const coming = order.map((revision) => arrival('a', revision));
      let waiting: typeof coming = [];
      const revisions: number[] = [];
      while (coming.length > 0) {
        waiting.push(...coming.splice(0, sizes.pop() ?? 1));
        const { next } = nextInOrder(waiting, told({ a: revisions.at(-1) ?? 0 }), patientSince);
        revisions.push(...next.map(({ revision }) => revision));
        waiting = waiting.filter((each) => !next.includes(each));
      }
      expect(revisions).toEqual([1, 2, 3, 4, 5, 6]);
    }),
  );
});
