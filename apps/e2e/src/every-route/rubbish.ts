import fc, { type Arbitrary } from 'fast-check';
import type { Operation } from './document.ts';
import type { Known } from './known.ts';
import { escaped, validParts, type Parts } from './request.ts';

/** What programs trip over, in the place of any value. */
const TRAPS: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    '',
    ' ',
    [],
    {},
    [[]],
    [null],
    { $ne: 1 },
    { $gt: '' },
    { toString: 1 },
    { length: 1e9 },
  ],
  ...[
    0,
    -0,
    -1,
    0.5,
    1e308,
    -1e308,
    5e-324,
    2 ** 31,
    2 ** 53,
    2 ** 64,
    '0',
    '1',
    'NaN',
    '1e9',
    'true',
    'null',
  ],
  ...[
    '\0',
    'a\0b',
    '\ud800',
    '\u202e',
    '\ufeff',
    'é',
    '𝕏',
    '🏴‍☠️',
    '\r\n',
    '${7*7}',
    '{{x}}',
    "' OR 1=1 --",
    '<b>&amp;',
  ],
  ...[
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '$where',
    'x'.repeat(10_000),
    '%',
    '../..',
    '9999-99-99T99:99:99Z',
  ],
];
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '$where',
  '$set',
  'a.b',
  '',
  '_id',
  'accountId',
  'actor',
];

const value: Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TRAPS) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', size: 'medium' }) },
);
const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ unit: 'binary' }));
const line = fc.oneof(
  fc.constantFrom(
    '',
    '*',
    'x',
    '"',
    'W/"x"',
    '"a", "b"',
    ',',
    '-1',
    '0',
    '\u00ff',
    'x'.repeat(5_000),
    'null',
    '{}',
  ),
  fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
  }),
);

const textOf = (given: unknown) =>
  typeof given === 'string' ? given : (JSON.stringify(given) ?? 'undefined');

type Change = (parts: Parts, operation: Operation) => Parts;

/** An object with this own key, `__proto__` too, as text: JSON.stringify would read it from the prototype. */
const withKey = (object: object, name: string, member: unknown) => {
  const text = JSON.stringify(object);
  const added = `${JSON.stringify(name)}:${JSON.stringify(member) ?? 'null'}`;
  return text === '{}' ? `{${added}}` : `{${added},${text.slice(1)}`;
};

const bodyOf = ({ body }: Parts): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(body ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
};
const json = (parts: Parts, body: string): Parts => ({
  ...parts,
  body,
  headers: { ...parts.headers, 'Content-Type': 'application/json' },
});

const bodyChanges: Arbitrary<Change> = fc.oneof(
  // A field with a wrong value, one too few, one too many.
  fc.tuple(fc.nat(), value).map(([at, wrong]): Change => (parts, { body }) => {
    const names = Object.keys((body?.schema['properties'] as object | undefined) ?? { x: 1 });
    return json(
      parts,
      JSON.stringify({ ...bodyOf(parts), [names[at % Math.max(1, names.length)] ?? 'x']: wrong }),
    );
  }),
  fc.nat().map((at): Change => (parts) => {
    const left = Object.entries(bodyOf(parts));
    left.splice(at % Math.max(1, left.length), 1);
    return json(parts, JSON.stringify(Object.fromEntries(left)));
  }),
  fc.tuple(key, value).map(
    ([name, member]): Change =>
      (parts) =>
        json(parts, withKey(bodyOf(parts), name, member)),
  ),
  // No object at all, no JSON at all, no UTF-8 at all.
  value.map(
    (whole): Change =>
      (parts) =>
        json(parts, JSON.stringify(whole) ?? ''),
  ),
  fc.nat().map((at): Change => (parts) => {
    const text = JSON.stringify(bodyOf(parts));
    return json(parts, text.slice(0, at % text.length));
  }),
  fc.string({ unit: 'binary' }).map(
    (text): Change =>
      (parts) =>
        json(parts, text),
  ),
  fc
    .string({ unit: fc.nat(0xff).map((code) => String.fromCharCode(code)) })
    .map((text): Change => (parts) => ({ ...json(parts, `{"name":"${text}"}`), bytes: true })),
  // Too deep, too large.
  fc.constantFrom(30, 40, 3_000).map(
    (depth): Change =>
      (parts) =>
        json(parts, `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  ),
  fc.constantFrom(20_000, 1_100_000).map(
    (length): Change =>
      (parts) =>
        json(parts, JSON.stringify({ ...bodyOf(parts), name: 'x'.repeat(length) })),
  ),
  // Of another type.
  fc
    .constantFrom(
      'text/plain',
      'application/json; charset=latin1',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      '',
      '*/*',
    )
    .map((type): Change => (parts) => ({
      ...parts,
      body: parts.body ?? 'a=b',
      headers: { ...parts.headers, 'Content-Type': type },
    })),
);

const queryChanges: Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), value).map(([at, wrong]): Change => (parts, { parameters }) => {
    const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const name = names[at % Math.max(1, names.length)] ?? 'x';
    const rest = parts.query.filter((pair) => !pair.startsWith(`${name}=`));
    return { ...parts, query: [...rest, `${name}=${escaped(textOf(wrong).slice(0, 5_000))}`] };
  }),
  fc.tuple(key, fc.string()).map(([name, text]): Change => (parts) => ({
    ...parts,
    query: [...parts.query, `${escaped(name)}=${escaped(text)}`],
  })),
  fc
    .constantFrom('%', '%ff=%zz', 'limit[]=1', 'limit[$gt]=', '&&&', '=', 'a;b', '%00', 'limit', '?')
    .map((raw): Change => (parts) => ({ ...parts, query: [...parts.query, raw] })),
  fc.nat().map((at): Change => (parts) => {
    const again = parts.query[at % Math.max(1, parts.query.length)] ?? 'limit=1&limit=2';
    return { ...parts, query: [...parts.query, again] };
  }),
);

const idChanges: Arbitrary<Change> = fc
  .oneof(value.map(textOf), fc.string({ unit: 'binary' }))
  .map((wrong): Change => (parts) => ({
    ...parts,
    // Without a character it would be another path.
    path: Object.fromEntries(Object.keys(parts.path).map((name) => [name, wrong.slice(0, 3_000) || '-'])),
  }));

/** Of nobody: none, made up, of another scheme. */
const STRANGERS = [
  ...[
    '',
    'Bearer',
    'bearer  ',
    'Bearer x',
    `Bearer brt_${'0'.repeat(50)}`,
    'Basic dXNlcjpwYXNz',
    'Bearer null',
    'Bearer {"$ne":1}',
  ],
];

const HEADERS = [
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Accept',
  'Accept-Encoding',
  'Authorization',
  'Cookie',
  'Origin',
  'X-Request-Id',
  'X-Forwarded-For',
  'Traceparent',
  'Range',
  'Expect',
  'Prefer',
];
const headerChanges: Arbitrary<Change> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...HEADERS), line)
    .map(([name, text]): Change => (parts) => ({ ...parts, headers: { ...parts.headers, [name]: text } })),
  fc.constantFrom(...STRANGERS).map((authorization): Change => (parts) => ({
    ...parts,
    headers: { ...parts.headers, Authorization: authorization },
  })),
  fc.constant<Change>((parts) => ({ ...parts, headers: {} })),
);

/** Requests, valid and not, of somebody who is not known. */
export function strangersParts(operation: Operation, known: Known): Arbitrary<Parts> {
  return fc
    .tuple(
      fc.oneof(validParts(operation, known), rubbishParts(operation, known)),
      fc.constantFrom(...STRANGERS),
    )
    .map(([parts, authorization]) => ({
      ...parts,
      headers: { ...parts.headers, Authorization: authorization },
    }));
}

/** Requests that were valid until something was done to them, once to three times. */
export function rubbishParts(operation: Operation, known: Known): Arbitrary<Parts> {
  const changes = fc.oneof(
    { weight: operation.method === 'GET' ? 1 : 4, arbitrary: bodyChanges },
    { weight: 3, arbitrary: queryChanges },
    { weight: operation.path.includes('{') ? 2 : 0, arbitrary: idChanges },
    { weight: 2, arbitrary: headerChanges },
  );
  return fc
    .tuple(validParts(operation, known), fc.array(changes, { minLength: 1, maxLength: 3 }))
    .map(([parts, list]) => list.reduce((changed, change) => change(changed, operation), parts));
}
