import { describe, expect, test } from '@jest/globals';
import type { Contracts, Message, RouteContract } from './contracts.ts';
import { broken } from './compare.ts';
import { contractsOfLastRelease, contractsOfToday } from './files.ts';
import type { Schema } from './schema.ts';

test('what the last release reads, sends and promises still holds', () => {
  // A line here is somebody who would fail while a release is rolled out, or a client that would. Keep the old form beside
  // the new one: an optional field, a default, a message `….v2`; docs/contributing.md says how.
  expect(broken(contractsOfLastRelease(), contractsOfToday())).toEqual([]);
});

const text: Schema = { type: 'string' };
const object = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  ...{ type: 'object', properties, required },
});
const before = object({
  serverId: text,
  to: { type: 'string', enum: ['running', 'paused'] },
  ip: { anyOf: [text, { type: 'null' }] },
  tags: { type: 'array', items: object({ key: text }) },
});

function withMessage(message: Partial<Message>): Contracts {
  const whole: Message = {
    ...{ type: 'berth.server.running.v1', kind: 'event', data: before },
    ...{ senders: ['provisioning'], consumers: ['billing'] },
    ...message,
  };
  return { release: '1.0.0', messages: { ServerRunning: whole }, routes: {} };
}
const changed = (properties: Record<string, Schema | undefined>, required?: string[]): Schema => {
  const all = Object.entries({ ...before.properties, ...properties }).flatMap(([name, schema]) =>
    schema ? [[name, schema] as const] : [],
  );
  return object(Object.fromEntries(all), required ?? all.map(([name]) => name));
};

describe('a message', () => {
  test.each<[string, Schema, string[]]>([
    ['with a field more that may be absent', changed({ zone: text }, [...before.required!]), []],
    [
      'without a field',
      changed({ serverId: undefined }),
      ['billing reads ServerRunning.serverId: it is missing'],
    ],
    [
      'with a field more that must be there',
      changed({ zone: text }),
      ['billing of today reads ServerRunning.zone: it is missing in what the last release writes'],
    ],
    [
      'with a field renamed',
      changed({ ip: undefined, address: text }),
      [
        'billing reads ServerRunning.ip: it is missing',
        'billing of today reads ServerRunning.address: it is missing in what the last release writes',
      ],
    ],
    [
      'with a field that may now be absent',
      changed({}, ['to', 'ip', 'tags']),
      ['billing reads ServerRunning.serverId: it may be absent, is needed'],
    ],
    [
      'with another type',
      changed({ serverId: { type: 'integer' } }),
      [
        'billing reads ServerRunning.serverId: it is integer, not string',
        'billing of today reads ServerRunning.serverId: it is string, not integer in what the last release writes',
      ],
    ],
    [
      'with a field that may now be null',
      changed({ serverId: { type: ['string', 'null'] } }),
      ['billing reads ServerRunning.serverId: it is null, not string'],
    ],
    [
      'with a value more',
      changed({ to: { type: 'string', enum: ['running', 'paused', 'lost'] } }),
      ['billing reads ServerRunning.to: it may be lost, which is not known there'],
    ],
    [
      'with a value less',
      changed({ to: { type: 'string', enum: ['running'] } }),
      [
        'billing of today reads ServerRunning.to: it may be paused, which is not known there in what the last release writes',
      ],
    ],
    [
      'with a change deep inside',
      changed({ tags: { type: 'array', items: object({ name: text }) } }),
      [
        'billing reads ServerRunning.tags[].key: it is missing',
        'billing of today reads ServerRunning.tags[].name: it is missing in what the last release writes',
      ],
    ],
    [
      'with a bound that was not there',
      changed({ serverId: { type: 'string', maxLength: 10 } }),
      [
        'billing of today reads ServerRunning.serverId: it has maxLength unbounded, not 10 in what the last release writes',
      ],
    ],
  ])('%s', (_, data, lines) => {
    expect(broken(withMessage({}), withMessage({ data }))).toEqual(lines);
  });

  const lost = { type: 'string', enum: ['running', 'paused', 'lost'] };
  const lostLater = { ...lost, 'x-not-sent-yet': ['lost'] };

  test('with a value more that is read and not sent yet is fine, and so is the next release, which sends it', () => {
    const reading = withMessage({ data: changed({ to: lostLater }) });
    const sending = withMessage({ data: changed({ to: lost }) });
    expect(broken(withMessage({}), reading)).toEqual([]);
    expect(broken(reading, sending)).toEqual([]);
    // Nobody has sent it, so it may go again; once it is sent it may not.
    expect(broken(reading, withMessage({}))).toEqual([]);
    expect(broken(sending, withMessage({}))).toEqual([
      'billing of today reads ServerRunning.to: it may be lost, which is not known there in what the last release writes',
    ]);
  });

  test('that asks says what a client may, be it sent by services or not; its answer does not', () => {
    const asked = { kind: 'request', senders: ['gateway'], data: object({}), reply: object({}) } as const;
    const asking = (data: Schema) => withMessage({ ...asked, data });
    expect(broken(asking(before), asking(changed({ to: lostLater })))).toEqual([
      'billing reads ServerRunning.to: it may be lost, which is not known there',
    ]);
    const answering = (reply: Schema) => withMessage({ ...asked, reply });
    expect(broken(answering(before), answering(changed({ to: lostLater })))).toEqual([]);
  });

  test('that is gone, or has another type, names who handles it', () => {
    expect(broken(withMessage({}), { ...withMessage({}), messages: {} })).toEqual([
      'billing handles ServerRunning (berth.server.running.v1), which is gone',
    ]);
    expect(broken(withMessage({}), withMessage({ type: 'berth.server.running.v2' }))).toEqual([
      'billing handles berth.server.running.v1; ServerRunning is berth.server.running.v2 now',
    ]);
  });

  test('that somebody outside reads is kept for them', () => {
    expect(broken(withMessage({ consumers: [] }), withMessage({ consumers: [], data: object({}) }))[0]).toBe(
      'somebody outside reads ServerRunning.serverId: it is missing',
    );
  });

  test('whose answer changed names who asks', () => {
    const asked = {
      kind: 'request',
      data: object({}),
      senders: ['gateway'],
      consumers: ['provisioning'],
    } as const;
    const last = withMessage({ ...asked, reply: object({ id: text }) });
    const now = withMessage({ ...asked, reply: object({ etag: text }) });
    expect(broken(last, now)).toEqual([
      'gateway reads the answer to ServerRunning.id: it is missing',
      'gateway of today reads the answer to ServerRunning.etag: it is missing in what the last release writes',
    ]);
  });

  test('ordered of a service must go on being handled by it', () => {
    const order = { kind: 'command', consumers: ['dns'] } as const;
    expect(broken(withMessage(order), withMessage({ ...order, consumers: [] }))).toEqual([
      'dns no longer handles ServerRunning, which provisioning of the last release may send',
    ]);
  });
});

function withRoute(route: Partial<RouteContract>): Contracts {
  const whole: RouteContract = {
    ...{ path: 'PATCH /v1/servers/{id}', bodyRequired: false },
    parameters: { 'query wait': { required: false, schema: { type: 'integer', maximum: 60 } } },
    body: { ...object({ name: { type: 'string', maxLength: 100 } }, []), additionalProperties: false },
    answers: { '200 application/json': before },
    ...route,
  };
  return { release: '1.0.0', messages: {}, routes: { updateServer: whole } };
}
const body = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  ...object(properties, required),
  additionalProperties: false,
});

describe('a route', () => {
  test.each<[string, Partial<RouteContract>, string[]]>([
    ['that takes more', { body: body({ name: text, tags: text }) }, []],
    ['that answers more', { answers: { '200 application/json': changed({ zone: text }) } }, []],
    [
      'that answers a value more of an enum',
      {
        answers: {
          '200 application/json': changed({ to: { type: 'string', enum: ['running', 'paused', 'lost'] } }),
        },
      },
      [],
    ],
    [
      'with another parameter that may be left out',
      {
        parameters: {
          ...withRoute({}).routes['updateServer']!.parameters,
          'query q': { required: false, schema: text },
        },
      },
      [],
    ],
    [
      'that no longer takes a field',
      { body: body({}) },
      ['refuses what clients send as body, name: it is not taken there'],
    ],
    [
      'that demands a field',
      { body: body({ name: { type: 'string', maxLength: 100 }, tags: text }, ['tags']) },
      ['refuses what clients send as body, tags: it is missing'],
    ],
    [
      'that takes less of a field',
      { body: body({ name: { type: 'string', maxLength: 50 } }) },
      ['refuses what clients send as body, name: it has maxLength 100, not 50'],
    ],
    [
      'that demands a parameter',
      { parameters: { 'query wait': { required: true, schema: { type: 'integer', maximum: 60 } } } },
      ['demands the query wait, which could be left out'],
    ],
    ['without a parameter', { parameters: {} }, ['no longer knows the query wait']],
    [
      'that answers less',
      { answers: { '200 application/json': changed({ ip: undefined }) } },
      ['answers 200 application/json, ip: it is missing'],
    ],
    [
      'that answers null where there was none',
      { answers: { '200 application/json': changed({ serverId: { type: ['string', 'null'] } }) } },
      ['answers 200 application/json, serverId: it is null, not string'],
    ],
    [
      'with another status',
      { answers: { '202 application/json': before } },
      ['no longer answers 200 application/json'],
    ],
    ['at another path', { path: 'PUT /v1/servers/{id}' }, ['is PUT /v1/servers/{id} now']],
  ])('%s', (_, now, lines) => {
    expect(broken(withRoute({}), withRoute(now))).toEqual(
      lines.map((line) => `clients of the REST API: PATCH /v1/servers/{id} ${line}`),
    );
  });

  test('goes on taking what no answer has said yet', () => {
    const taking = (values: string[]) =>
      withRoute({ body: body({ name: { type: 'string', enum: values, 'x-not-sent-yet': ['b'] } }) });
    expect(broken(taking(['a', 'b']), taking(['a']))).toEqual([
      'clients of the REST API: PATCH /v1/servers/{id} refuses what clients send as body, name: it may be b, which is not known there',
    ]);
  });

  test('whose events hold less', () => {
    const events = (data: Schema) =>
      withRoute({
        answers: { '200 text/event-stream': object({ data: { type: 'string', contentSchema: data } }) },
      });
    expect(broken(events(before), events(changed({ ip: undefined })))).toEqual([
      'clients of the REST API: PATCH /v1/servers/{id} answers 200 text/event-stream, data.ip: it is missing',
    ]);
  });

  test('that is gone', () => {
    expect(broken(withRoute({}), { ...withRoute({}), routes: {} })).toEqual([
      'clients of the REST API: PATCH /v1/servers/{id} is gone',
    ]);
  });
});
