import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Answered } from './client.ts';
import { operationsOf } from './document.ts';
import { Promises } from './promises.ts';

const document = JSON.parse(
  readFileSync(new URL('../../../../docs/generated/openapi.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;
const operations = operationsOf(document);

describe('an answer is told that', () => {
  const operation = operations.get('getServer')!;
  const headers = { 'x-request-id': 'r', 'content-type': 'application/problem+json' };
  const problem = { type: '/problems#not_found', title: 'x', status: 404, instance: '/', requestId: 'r' };
  const broken = (answered: Partial<Answered>) =>
    new Promises().broken(operation, {
      ...{ status: 404, headers, text: JSON.stringify({ ...problem, code: 'not_found' }) },
      ...answered,
    });

  test.each<[string, Partial<Answered>, string[]]>([
    ['nothing is wrong', {}, []],
    ['its status is not described', { status: 418 }, ['the status 418 is not in the document']],
    ['it is our fault', { status: 500 }, ['the status is 500']],
    [
      'its code is not described',
      { text: JSON.stringify({ ...problem, code: 'hostname_taken' }) },
      ['the code hostname_taken is not in the document'],
    ],
    [
      'its type is not described',
      { headers: { ...headers, 'content-type': 'text/html' } },
      ['the content type text/html is not in the document'],
    ],
    [
      'it names another request',
      { headers: { ...headers, 'x-request-id': 'other' } },
      ['the request has two ids'],
    ],
    [
      'its body lacks a field',
      { text: JSON.stringify({ ...problem, code: 'not_found', title: undefined }) },
      ["data must have required property 'title'"],
    ],
  ])('%s', (_, answered, lines) => {
    expect(broken(answered)).toEqual(lines);
  });
});
