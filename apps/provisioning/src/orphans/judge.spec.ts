import { expect, test } from '@jest/globals';
import { newId, type KnowledgeGap } from '@berth/mongo';
import type { Resource } from '../cloud/inventory.ts';
import { newServer } from '../fixtures/servers.ts';
import { judge, type Circumstances, type Owner } from './judge.ts';
import { nextStep, QUARANTINED_AT } from './next-step.ts';
import type { Orphan } from './orphan.model.ts';

const now = new Date('2026-03-01T12:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const serverId = newId('srv');

const instance = (fields: Partial<Resource> = {}): Resource => ({
  id: 'i-1',
  kind: 'instance',
  region: 'eu-central-1',
  state: 'running',
  madeAt: ago(301),
  tags: { 'berth:server-id': serverId },
  ...fields,
});
const volume = (fields: Partial<Resource> = {}) =>
  instance({ id: 'vol-1', kind: 'volume', state: 'available', ...fields });
const observed = (id: string): Owner['instance'] => ({
  id,
  state: 'running',
  ip: null,
  launchedAt: null,
  reasonCode: null,
  revision: 1,
});
const request = { clientToken: 'token', sealedRequest: '', zone: 'a', zonesLeft: [], acceptedAt: null };
const owner = (fields: Partial<Owner> = {}): Owner => newServer(ago(3600), { status: 'running', ...fields });
const gap = (from: Date, to: Date): KnowledgeGap => ({ _id: 'gap', from, to, cause: 'started' });

const verdict = (resource: Resource, of: Owner | null, more: Partial<Circumstances> = {}) =>
  judge(resource, of, { now, gaps: [], ageSeconds: 300, known: undefined, ...more });
const REMOVABLE = { held: null };

test('what is five minutes old has time to find its owner', () => {
  expect(verdict(instance({ madeAt: ago(300) }), null)).toBeNull();
  expect(verdict(instance({ madeAt: ago(301) }), null)).toMatchObject({ why: 'owner_absent', ...REMOVABLE });
});

test.each([
  ['terminated', { status: 'terminated' }],
  ['failed, all given back', { status: 'failed', releasedAt: ago(10) }],
] as const)('a server that is %s owns nothing any more', (_, fields) => {
  expect(verdict(instance(), owner(fields))).toMatchObject({ why: 'owner_gone', ...REMOVABLE });
  expect(verdict(volume(), owner(fields))).toMatchObject({ why: 'owner_gone', ...REMOVABLE });
});

test.each([
  ['before EC2 has answered its launch', { launch: { ...request, unresolved: true } }],
  ['whose launch is being undone', { status: 'failed', instance: observed('i-1') }],
  ['that is being terminated', { status: 'terminating', launch: { ...request, unresolved: true } }],
  ['that is known to have it', { instance: observed('i-1') }],
] as const)('a server %s owns its instance', (_, fields) => {
  expect(verdict(instance(), owner(fields))).toBeNull();
});

test('the instance of an earlier launch is an orphan, though its server lives', () => {
  const retried = owner({ formerInstanceIds: ['i-1'], launch: { ...request, unresolved: true } });
  expect(verdict(instance(), retried)).toMatchObject({ why: 'former_instance', ...REMOVABLE });
});

test('a second instance of a server that lives is for a person to look at', () => {
  const found = verdict(instance(), owner({ instance: observed('i-2') }));
  expect(found).toEqual({ why: 'second_instance', held: 'owner_lives' });
});

test('what names no owner is for a person to look at', () => {
  expect(verdict(instance({ tags: {} }), null)).toEqual({ why: 'owner_unnamed', held: 'owner_unnamed' });
});

test('a volume of a server that lives, or that is attached, is no orphan', () => {
  expect(verdict(volume(), owner())).toBeNull();
  expect(verdict(volume({ state: 'in-use' }), null)).toBeNull();
});

test('what was made while nobody can say what was known stays, give or take the clocks', () => {
  const gaps = [gap(ago(900), ago(600))];
  const made = (seconds: number) => verdict(instance({ madeAt: ago(seconds) }), null, { gaps })?.held;
  expect([904, 901, 700, 599, 596].map(made)).toEqual([
    null,
    'made_in_gap',
    'made_in_gap',
    'made_in_gap',
    null,
  ]);
});

test('it stays when it was stopped and started since, and until a person lets it go', () => {
  const gaps = [gap(ago(900), ago(600))];
  const known = { madeAt: ago(700), releasedAt: null };
  expect(verdict(instance({ madeAt: ago(400) }), null, { gaps, known })?.held).toBe('made_in_gap');
  expect(verdict(instance(), null, { gaps, known: { ...known, releasedAt: ago(1) } })).toMatchObject(
    REMOVABLE,
  );
});

const orphan = (fields: Partial<Orphan> = {}): Orphan => ({
  _id: 'vol-1',
  kind: 'volume',
  region: 'eu-central-1',
  serverId,
  accountId: null,
  why: 'owner_absent',
  held: null,
  madeAt: ago(86_400),
  firstSeenAt: ago(600),
  lastSeenAt: now,
  sightings: 2,
  quarantinedAt: null,
  askedAt: null,
  error: null,
  releasedAt: null,
  ...fields,
});
const step = (fields: Partial<Orphan>, resource = volume()) =>
  nextStep(orphan(fields), resource, { now, quarantineDays: 7 });
const week = 7 * 86_400;
const tagged = (seconds: number) => volume({ tags: { [QUARANTINED_AT]: ago(seconds).toISOString() } });

test('an instance is removed once it was seen twice and nothing holds it', () => {
  expect(step({ kind: 'instance', sightings: 1 }, instance())).toBeNull();
  expect(step({ kind: 'instance', held: 'made_in_gap' }, instance())).toBeNull();
  expect(step({ kind: 'instance' }, instance())).toBe('terminate');
});

test('a volume is deleted a week after both its tag and our note of it', () => {
  expect(step({})).toBe('quarantine');
  expect(step({ quarantinedAt: ago(week) }, tagged(week))).toBe('delete');
  expect(step({ quarantinedAt: ago(week) }, tagged(week - 1))).toBeNull();
  expect(step({ quarantinedAt: ago(week - 1) }, tagged(week))).toBeNull();
});

test('a quarantine begins anew when its tag or our note is lost', () => {
  expect(step({ quarantinedAt: ago(week) })).toBe('quarantine');
  expect(step({ quarantinedAt: ago(week) }, volume({ tags: { [QUARANTINED_AT]: 'soon' } }))).toBe(
    'quarantine',
  );
  expect(step({}, tagged(week))).toBe('quarantine');
});
