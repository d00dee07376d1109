import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { readBody } from './body.ts';

const requestWith = (raw: Readable) =>
  ({
    raw: Object.assign(raw, { headers: {} }),
    headers: { 'content-type': 'application/json' },
  }) as unknown as FastifyRequest;
const endedEarly = { code: 'malformed_request', detail: 'The body ended early.' };

test('a client that goes away in the middle of its body leaves nobody waiting', async () => {
  const raw = new Readable({ read: () => {} });
  const body = readBody(requestWith(raw));
  raw.push('{"na');
  raw.destroy();
  await expect(body).rejects.toMatchObject(endedEarly);
});

test('a client that went away before its body was asked for leaves nobody waiting', async () => {
  const raw = new Readable({ read: () => {} });
  raw.destroy();
  await expect(readBody(requestWith(raw))).rejects.toMatchObject(endedEarly);
});

test.each(['application/json', 'application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"'])(
  'a body of type %s is JSON',
  async (type) => {
    const request = requestWith(Readable.from([Buffer.from('{"name":"Gr\u00fc\u00dfe"}')]));
    request.headers['content-type'] = type;
    await expect(readBody(request)).resolves.toEqual({ name: 'Grüße' });
  },
);
