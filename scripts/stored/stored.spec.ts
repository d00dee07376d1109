import { beforeAll, describe, expect, test } from '@jest/globals';
import { deviations } from './conformity.ts';
import { documentsOf, shapesOf, snapshotNames } from './files.ts';
import { currentShapes, type Shape } from './shapes.ts';

const newest = snapshotNames().at(-1) ?? '';

/** Held for a moment only, or where something went wrong before. */
const SELDOM_THERE = [
  ...['dns/batches', 'lifecycle/aggregate_leases', 'state-tracking/feed_arrivals'],
  ...['mongo/knowledge_gaps', 'provisioning/orphans', 'billing/budget_hints'],
  'billing/document_failures',
  'accounts/password_attempts',
];

/** What reads the documents of earlier shapes is old-documents.spec.ts in apps/e2e; here is only whether there are some of each. */
describe('what is stored', () => {
  let shapes: Record<string, Shape>;
  beforeAll(() => {
    shapes = currentShapes();
  }, 60_000);

  test('has a type everywhere but where the broker takes anything', () => {
    const open = Object.entries(shapes).flatMap(([key, shape]) =>
      Object.keys(shape).flatMap((path) => (shape[path] === 'anything' ? [`${key} ${path}`] : [])),
    );
    expect(open).toEqual(['messaging/outbox properties']);
  });

  test('has the shape of the newest snapshot; otherwise run `npm run snapshot` and commit what it writes', () => {
    // Documents of the earlier shapes stay where they are stored: new fields need a value for those that have none.
    expect(differences(shapesOf(newest), shapes)).toEqual([]);
  });
});

describe.each(snapshotNames())('snapshot %s', (name) => {
  const shapes = shapesOf(name);
  const documents = documentsOf(name, shapes);

  test('has documents of every collection', () => {
    const empty = Object.keys(shapes).filter(
      (key) => !documents.get(key)?.length && !SELDOM_THERE.includes(key),
    );
    expect(empty).toEqual([]);
  });

  test('has only documents of these shapes', () => {
    const wrong = [...documents].flatMap(([key, all]) =>
      all.flatMap((document) => deviations(document, shapes[key] ?? {}).map((line) => `${key}: ${line}`)),
    );
    expect([...new Set(wrong)]).toEqual([]);
  });
});

/** A line for each path that was added, taken away or changed. */
function differences(before: Record<string, Shape>, now: Record<string, Shape>): string[] {
  const lines = (shapes: Record<string, Shape>) =>
    Object.entries(shapes).flatMap(([key, shape]) =>
      Object.entries(shape).map(([path, type]) => `${key} ${path}: ${type}`),
    );
  const [old, current] = [lines(before), lines(now)];
  return [
    ...old.filter((line) => !current.includes(line)).map((line) => `- ${line}`),
    ...current.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ];
}

test('a document that is not of its shape is told what is wrong with it', () => {
  const shape = {
    _id: 'string',
    size: 'null | string',
    'hosts[]': 'object',
    hosts: 'list',
    'hosts[].ip': 'string',
    status: '"a" | "b"',
    'claim?': 'string',
    'tags.*': 'string',
    tags: 'object',
  };
  const whole = { _id: 'x', size: null, hosts: [{ ip: '1' }], status: 'a', tags: { team: 'x' } };
  expect(deviations(whole, shape)).toEqual([]);
  expect(
    deviations(
      { ...whole, status: 'c', hosts: [{ ip: 1 }], more: 1, size: undefined, tags: { team: 2 } },
      shape,
    ),
  ).toEqual([
    'size is undefined, not null or string',
    'hosts[].ip is number, not string',
    'status is "c", not "a" or "b"',
    'tags.* is number, not string',
    'more is not in the shape',
  ]);
  const { _id, ...rest } = whole;
  expect(deviations(rest, shape)).toEqual(['_id is missing']);
});
