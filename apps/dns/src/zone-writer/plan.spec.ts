import { expect, test } from '@jest/globals';
import type { HostRecord } from '../records/record.model.ts';
import { plan } from './plan.ts';

const NOTHING = new Map();
const NONE = new Map([['a.zone', null]]);

const wish = (host: string, ip: string | null, written: string | null = null): HostRecord => ({
  _id: host,
  serverId: 'srv_1',
  ip,
  sequence: 1,
  status: 'pending',
  refusal: null,
  refusedRemovals: 0,
  written,
  wantedAt: new Date(0),
});

const record = (host: string, ...addresses: string[]) => ({
  Name: `${host}.`,
  Type: 'A' as const,
  TTL: 300,
  ResourceRecords: addresses.map((Value) => ({ Value })),
});

const actions = ({ changes }: ReturnType<typeof plan>) =>
  changes.map(({ host, ip, change }) => `${change.Action} ${host} ${ip ?? 'none'}`);

test('a wished address is written whatever the zone has', () => {
  const { changes } = plan([wish('a.zone', '10.0.0.1')], NOTHING);
  expect(changes[0]?.change).toEqual({
    Action: 'UPSERT',
    ResourceRecordSet: { Name: 'a.zone', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.0.0.1' }] },
  });
});

test('a removal names the record exactly as the zone has it', () => {
  const existing = record('a.zone', '10.0.0.9');
  const { changes } = plan([wish('a.zone', null, '10.0.0.1')], new Map([['a.zone', existing]]));
  expect(changes[0]).toMatchObject({
    ip: null,
    writing: '10.0.0.9',
    change: { Action: 'DELETE', ResourceRecordSet: existing },
  });
});

test('a host that never had a record needs no change', () => {
  expect(plan([wish('a.zone', null)], NONE)).toEqual({ changes: [], absent: ['a.zone'] });
});

test('a removal waits until the zone has been looked at', () => {
  expect(plan([wish('a.zone', null)], NOTHING)).toEqual({ changes: [], absent: [] });
});

test('a record that went away without a known change is made again, to be removed with an answer', () => {
  const planned = plan([wish('a.zone', null, '10.0.0.1')], NONE);
  expect(actions(planned)).toEqual(['UPSERT a.zone 10.0.0.1']);
  expect(planned.absent).toEqual([]);
});

test('a batch has at most 1,000 values, an UPSERT counting twice; the oldest wishes go first', () => {
  const wishes = Array.from({ length: 600 }, (_, index) => wish(`h${index}.zone`, '10.0.0.1'));
  const { changes } = plan(wishes, NOTHING);
  expect(changes).toHaveLength(500);
  expect(changes.map(({ host }) => host)).toEqual(wishes.slice(0, 500).map(({ _id }) => _id));
});

test('a removal counts once, with every value of the record', () => {
  const two = Array.from({ length: 600 }, (_, index) => wish(`h${index}.zone`, null));
  const zone = new Map(two.map(({ _id }) => [_id, record(_id, '10.0.0.1', '10.0.0.2')]));
  expect(plan(two, zone).changes).toHaveLength(500);
});
