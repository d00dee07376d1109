import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { notificationOf } from './notification.ts';

const enveloped = (message: unknown) =>
  JSON.stringify({ Type: 'Notification', Message: JSON.stringify(message) });

const stateChange = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '123456789012',
  time: '2026-11-11T21:29:54Z',
  region: 'eu-central-1',
  resources: ['arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0'],
  detail: { 'instance-id': 'i-0123456789abcdef0', state: 'running' },
};

test('a state change says where to look', () => {
  expect(notificationOf(enveloped(stateChange))).toEqual({
    kind: 'state_change',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
  });
});

test('a report of an agent is passed on as it was signed', () => {
  const report = {
    type: 'berth.agent-report.v1',
    payload: '{ "a": 1 }',
    keyId: 'k1',
    signature: '0'.repeat(64),
  };
  expect(notificationOf(enveloped(report))).toEqual({ kind: 'agent_report', report });
});

test.each([
  ['another event of EC2', { ...stateChange, 'detail-type': 'EC2 Spot Instance Interruption Warning' }],
  ['an id that is none', { ...stateChange, detail: { 'instance-id': 'i-*', state: 'running' } }],
  ['a state EC2 does not have', { ...stateChange, detail: { ...stateChange.detail, state: 'happy' } }],
  [
    'a signature of another length',
    { type: 'berth.agent-report.v1', payload: '', keyId: '', signature: 'ab' },
  ],
  ['nothing', null],
])('%s is not understood', (_, message) => {
  expect(notificationOf(enveloped(message))).toBeUndefined();
});

test('no body whatever makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.anything().map(enveloped)), (body) => {
      expect(notificationOf(body)).toBeUndefined();
    }),
  );
});
