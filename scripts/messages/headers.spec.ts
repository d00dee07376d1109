import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { newEnvelope, toProperties } from '../../libs/messaging/src/envelope.ts';
import { messageHeaders } from './headers.ts';

const ajv = new Ajv();
addFormats.default(ajv);

test('the headers that are described are those that are sent', () => {
  const actor = { kind: 'user' as const, id: 'usr_1' };
  const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=b' };
  const given = { accountId: 'acc_1', actor, correlationId: 'req_1', ...trace };
  const envelope = { ...newEnvelope('billing', 'berth.x.y.v1', new Date(), given), causationId: 'msg_1' };
  const { headers } = toProperties(envelope) as { headers: Record<string, unknown> };

  const valid = ajv.compile({ ...messageHeaders, additionalProperties: false });
  expect(valid(headers) ? [] : valid.errors).toEqual([]);
  const described = Object.keys(messageHeaders.properties ?? {}).filter((name) => name !== 'berth-attempt');
  expect(Object.keys(headers).sort()).toEqual(described.sort());
});
