import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { get, type ApiCall } from './call.ts';
import { curlOf } from './curl.ts';

const origin = 'https://cloud.example.com';

/** What a shell makes of the text: the arguments that curl gets. */
const argumentsOf = (text: string): string[] => {
  const script = `uuidgen() { echo a-key; }; curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }; ${text}`;
  const env = { ...process.env, TOKEN: 'brt_secret' };
  return execFileSync('bash', ['-c', script], { encoding: 'utf8', env }).split('\0').slice(0, -1);
};

test('a read is its address and who asks', () => {
  const text = curlOf(get('/v1/servers', { limit: 200, q: 'a&b' }), origin);
  expect(argumentsOf(text)).toEqual([
    '-sS',
    'https://cloud.example.com/v1/servers?limit=200&q=a%26b',
    '-H',
    'Authorization: Bearer brt_secret',
  ]);
});

test('an order has a body, a key and its conditions, whatever customers have typed', () => {
  const call: ApiCall = {
    method: 'PATCH',
    path: '/v1/servers/srv_1',
    body: { name: `Ada's "best" $(rm -rf /) \`id\`` },
    idempotencyKey: 'mine',
    ifMatch: '"3"',
  };
  const given = argumentsOf(curlOf(call, origin));
  expect(given.slice(0, 4)).toEqual(['-sS', '-X', 'PATCH', 'https://cloud.example.com/v1/servers/srv_1']);
  expect(given).toContain('Idempotency-Key: a-key');
  expect(given).toContain('If-Match: "3"');
  expect(JSON.parse(given.at(-1) ?? '')).toEqual(call.body);
});

test('what has no body names its method', () => {
  expect(argumentsOf(curlOf({ method: 'DELETE', path: '/v1/tokens/tok_1' }, origin))).toContain('DELETE');
});
