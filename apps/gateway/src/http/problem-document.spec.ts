import { expect, test } from '@jest/globals';
import { problemDocument } from './problem-document.ts';

const instanceFor = (url: string) =>
  problemDocument({ code: 'not_found', status: 404, title: '' }, { requestId: 'r', url })['instance'];

test('a problem names the path without its query', () => {
  expect(instanceFor('/v1/servers/a%20b?token=secret')).toBe('/v1/servers/a%20b');
});

test('a credential that stands in a path is not repeated', () => {
  expect(instanceFor(`/v1/tokens/brt_${'aB3'.repeat(16)}0`)).toBe('/v1/tokens/(credential)');
});

test.each([
  ['cut in the middle of an escape', `/${'%41'.repeat(400)}`, `/${'%41'.repeat(166)}`],
  ['with characters that have to be escaped', '/v1/servers/<a|b>"\u00ff', '/v1/servers/%3Ca%7Cb%3E%22%C3%BF'],
  ['with escapes that are none', '/v1/servers/%zz%', '/v1/servers/%25zz'],
])('a path %s is still a URI reference', (_, url, instance) => {
  expect(instanceFor(url)).toBe(instance);
});
