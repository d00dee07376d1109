import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  advance,
  begin,
  checkLifecycle,
  isBilled,
  type AnyLifecycle,
  type Transition,
} from '@berth/lifecycle';
import { ordered, newServer } from '../fixtures/servers.ts';
import { serverLifecyclePage } from '../generate.ts';
import { serverLifecycle } from './server.lifecycle.ts';
import { nothingYet, type LiveStatus, type ServerDocument } from './server.model.ts';
import { newStart, serverHooks } from './server.transitions.ts';

const table = serverLifecycle as AnyLifecycle<ServerDocument, LiveStatus>;
const start = new Date('2026-03-01T12:00:00Z');
const cause = { kind: 'observation', id: 'msg_1', text: 'the spec' } as const;

let server: ServerDocument;
let now: Date;
let made: Transition<LiveStatus>[];

const later = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));
const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);

/** Notes something of the server and lets it move. */
function note(fields: Partial<ServerDocument> = {}): LiveStatus {
  Object.assign(server, fields);
  made.push(...advance(table, server, now, cause, serverHooks).map(({ transition }) => transition));
  return server.status;
}
const states = () => made.map(({ to }) => to);

const request = (fields = {}) => ({
  clientToken: 'token',
  sealedRequest: 'sealed',
  zone: 'eu-central-1a',
  zonesLeft: [],
  unresolved: true,
  acceptedAt: null,
  ...fields,
});
const instance = (fields: Partial<NonNullable<ServerDocument['instance']>> = {}) => ({
  id: 'i-1',
  state: 'running' as const,
  ip: '127.16.0.1',
  launchedAt: start,
  reasonCode: null,
  revision: 2,
  ...fields,
});
const inSync = (ip: string | null) => ({ ip, sequence: 1, inSync: true, refused: null });
const says = (phase: 'ready' | 'failed' | 'started', fields = {}) => ({
  instanceId: 'i-1',
  bootId: 'boot-1',
  counter: 4,
  phase,
  detail: null,
  ...fields,
});
const health = (healthy: boolean, fields = {}) => ({
  instanceId: 'i-1',
  ip: '127.16.0.1',
  launchedAt: start,
  healthy,
  since: now,
  revision: 1,
  ...fields,
});

function toProvisioning(): void {
  note({ launch: request() });
  expect(server.status).toBe('provisioning');
}
function toConfiguring(): void {
  toProvisioning();
  note({ launch: request({ unresolved: false, acceptedAt: now }), instance: instance() });
  expect(server.status).toBe('configuring');
}
function toRunning(): void {
  toConfiguring();
  note({ record: inSync('127.16.0.1'), agent: says('ready') });
  expect(server.status).toBe('running');
}
function toPaused(): void {
  toRunning();
  ordered(server, 'pause', now);
  note();
  note({ record: inSync(null) });
  note({ instance: instance({ state: 'stopped', ip: null }) });
  expect(server.status).toBe('paused');
}

beforeEach(() => {
  now = start;
  server = newServer(now);
  made = begin(table, server, now, cause, serverHooks).map(({ transition }) => transition);
});

test('the table is sound', () => {
  expect(() => checkLifecycle(table)).not.toThrow();
});

test('the generated page is up to date: run `npm run generate`', () => {
  const page = new URL('../../../../docs/generated/server-lifecycle.md', import.meta.url);
  expect(readFileSync(page, 'utf8')).toBe(serverLifecyclePage());
});

describe('what is billed', () => {
  test('is running, and unavailable while the instance is on', () => {
    const billed = Object.keys(table.states).filter((name) =>
      isBilled(table.states[name as LiveStatus], null),
    );
    expect(billed).toEqual(['running']);
    expect(isBilled(table.states.unavailable, 'app_silent')).toBe(true);
    expect(isBilled(table.states.unavailable, 'host_failed')).toBe(false);
    expect(isBilled(table.states.unavailable, 'interrupted')).toBe(false);
  });
});

describe('a launch', () => {
  test('is running once the product is ready and the record in sync, in either order', () => {
    toConfiguring();
    expect(note({ agent: says('ready') })).toBe('configuring');
    expect(note({ record: inSync('127.16.0.1') })).toBe('running');
    expect(server.operation).toMatchObject({ status: 'succeeded', endedAt: now });
    expect(server.everRan).toBe(true);
  });

  test('keeps a report of readiness that comes before the instance is seen running', () => {
    toProvisioning();
    note({
      launch: request({ unresolved: false, acceptedAt: now }),
      instance: instance({ state: 'pending', ip: null }),
    });
    note({ agent: says('ready') });
    note({ instance: instance() });
    expect(note({ record: inSync('127.16.0.1') })).toBe('running');
  });

  test('is not ready by a health check of another address or instance', () => {
    toConfiguring();
    note({ record: inSync('127.16.0.1') });
    expect(note({ health: health(true, { ip: '127.16.0.9' }) })).toBe('configuring');
    expect(note({ health: health(true, { instanceId: 'i-2' }) })).toBe('configuring');
    expect(note({ health: health(true, { launchedAt: at(-60) }) })).toBe('configuring');
    expect(note({ health: health(true) })).toBe('running');
  });

  test('goes back to its record when the address changes before it is ready', () => {
    toConfiguring();
    note({ record: inSync('127.16.0.1') });
    expect(server.progress.step).toBe('boot');
    note({ instance: instance({ ip: '127.16.0.2', revision: 3 }) });
    expect(server.progress).toMatchObject({ step: 'set_record', retryAt: now });
  });

  test.each([
    [
      'EC2 refuses it',
      () => note({ refusal: { code: 'InvalidParameterValue', detail: 'no' } }),
      'launch_refused',
    ],
    [
      'its instance is terminated',
      () => note({ instance: instance({ state: 'terminated' }) }),
      'instance_lost',
    ],
    ['its instance stops', () => note({ instance: instance({ state: 'stopping' }) }), 'instance_lost'],
  ])('fails when %s', (_what, happens, code) => {
    toProvisioning();
    happens();
    expect(server).toMatchObject({
      status: 'failed',
      failure: { code },
      operation: { status: 'failed', error: { code } },
    });
  });

  test('fails at once when the agent says so, and removes what it made step by step', () => {
    toConfiguring();
    note({ record: inSync('127.16.0.1') });
    expect(note({ agent: says('failed') })).toBe('failed');
    expect(server.failure).toEqual({ code: 'boot_failed', step: 'boot', retryable: true });
    expect(server.progress.step).toBe('remove_record');
    note({ record: inSync(null) });
    expect(server.progress.step).toBe('terminate_instance');
    note({ instance: instance({ state: 'terminated', ip: null }) });
    expect(server.progress.step).toBe('delete_disk');
    note({ disks: { looked: true, goneAt: now } });
    expect(server.progress.step).toBe('release');
    note({ releasedAt: now });
    expect(server).toMatchObject({ status: 'failed', progress: { step: null }, nextLookAt: null });
  });

  test('that has failed and is ordered again begins anew, in the name of who ordered it', () => {
    toConfiguring();
    note({ agent: says('failed') });
    ordered(server, 'launch', now);
    expect(note(nothingYet(now))).toBe('requested');
    expect(server.operation).toMatchObject({ type: 'launch', status: 'running' });
    expect(server.progress).toMatchObject({ step: 'prepare', retryAt: now });
    expect(made.at(-1)).toMatchObject({
      from: 'failed',
      cause: { text: `launch by ${server.wish.cause.id}` },
    });
  });

  test('has until its boot timeout from RunInstances on, not from the last transition', () => {
    toProvisioning();
    const acceptedAt = now;
    later(100);
    note({ launch: request({ unresolved: false, acceptedAt }), instance: instance() });
    expect(server.progress.deadlineAt).toEqual(at(600));
    later(500);
    expect(note()).toBe('failed');
    expect(server.failure?.code).toBe('boot_timeout');
  });

  test('waits for capacity at most a day', () => {
    toProvisioning();
    const capacity = { refusedAt: now, waitingFor: 'm7i.large in eu-central-1' };
    expect(note({ capacity, launch: request({ unresolved: false }) })).toBe('waiting_for_capacity');
    later(24 * 3600 - 1);
    expect(note()).toBe('waiting_for_capacity');
    later(1);
    expect(note()).toBe('failed');
    expect(server.capacity).toBeNull();
  });

  test('that fails later has failed in the step it was at', () => {
    toConfiguring();
    note({ record: inSync('127.16.0.1') });
    note({ instance: instance({ state: 'terminated' }) });
    expect(server.failure).toEqual({ code: 'instance_lost', step: 'boot', retryable: true });
  });
});

describe('a running server', () => {
  beforeEach(() => {
    toRunning();
    made = [];
  });

  test('is unavailable after a minute of silence, and running when it answers again', () => {
    note({ health: health(false) });
    expect(server.nextLookAt).toEqual(at(60));
    later(59);
    expect(note()).toBe('running');
    later(1);
    expect(note()).toBe('unavailable');
    expect(server.reason).toBe('app_silent');
    expect(note({ health: health(true, { revision: 2 }) })).toBe('running');
  });

  test('counts only silence since it is running', () => {
    later(30);
    note({ health: health(false, { since: at(-600) }) });
    expect(server.status).toBe('running');
  });

  test('loses its record before it is paused when it was stopped from inside', () => {
    expect(note({ instance: instance({ state: 'stopped', ip: null }) })).toBe('pausing');
    expect(server.progress.step).toBe('remove_record');
    expect(note({ record: inSync(null) })).toBe('paused');
    expect(server.wish.power).toBe('paused');
  });

  test.each([
    ['terminated', null, 'host_failed'],
    ['absent', null, 'host_failed'],
    ['shutting-down', 'Server.SpotInstanceTermination', 'interrupted'],
  ] as const)('with its instance %s (%s) is unavailable: %s', (state, reasonCode, reason) => {
    note({ instance: instance({ state, reasonCode }) });
    expect(server).toMatchObject({ status: 'unavailable', reason });
    expect(note()).toBe('unavailable');
    expect(states()).toEqual(['unavailable']);
  });

  test("whose host is lost gives up its record: the address may be somebody else's any moment", () => {
    note({ health: health(false) });
    later(60);
    note();
    expect(server.progress.step).toBeNull();
    note({ instance: instance({ state: 'terminated', ip: null }) });
    expect(server).toMatchObject({
      reason: 'host_failed',
      progress: { step: 'remove_record', retryAt: now },
    });
    note({ record: inSync(null) });
    expect(server).toMatchObject({ status: 'unavailable', progress: { step: null }, nextLookAt: null });
  });

  test('that got another address behind our back gets a new record', () => {
    expect(note({ instance: instance({ ip: '127.16.0.2', launchedAt: at(5) }) })).toBe('configuring');
    expect(server.progress.step).toBe('set_record');
  });

  test('restarts by a reboot, and is ready by a boot not seen before', () => {
    ordered(server, 'restart', now);
    expect(note()).toBe('configuring');
    expect(server).toMatchObject({ reason: 'restart', progress: { step: 'reboot' } });
    note({ rebootedFor: server.operation?._id ?? null, start: newStart(server, 'restart', now) });
    expect(server.status).toBe('configuring');
    expect(note({ agent: says('ready', { counter: 5 }) })).toBe('configuring');
    expect(note({ agent: says('ready', { bootId: 'boot-2', counter: 8 }) })).toBe('running');
    expect(server.operation?.status).toBe('succeeded');
  });

  test('is ready after a reboot by a health check only when silence was seen, or a minute has passed', () => {
    ordered(server, 'restart', now);
    note();
    note({ rebootedFor: server.operation?._id ?? null, start: newStart(server, 'restart', now) });
    expect(note({ health: health(true) })).toBe('configuring');
    expect(server.nextLookAt).toEqual(at(60));
    note({ start: { ...server.start, sawUnhealthy: true } });
    expect(server.status).toBe('running');
  });

  test('that does not come back from a restart in time is unavailable, and the operation has failed', () => {
    ordered(server, 'restart', now);
    note();
    note({ rebootedFor: server.operation?._id ?? null, start: newStart(server, 'restart', now) });
    later(600);
    expect(note()).toBe('unavailable');
    expect(server).toMatchObject({ reason: 'app_silent', everRan: true, operation: { status: 'failed' } });
  });

  test('is paused when its account is suspended, but not before its operation has ended', () => {
    const suspended = { kind: 'system', id: 'msg_2', text: 'the account is suspended' } as const;
    ordered(server, 'restart', now);
    note();
    expect(note({ wish: { power: 'paused', cause: suspended } })).toBe('configuring');
    note({ rebootedFor: server.operation?._id ?? null, start: newStart(server, 'restart', now) });
    note({ agent: says('ready', { bootId: 'boot-2', counter: 8 }) });
    expect(states().slice(-2)).toEqual(['running', 'pausing']);
    expect(server.operation?.status).toBe('succeeded');
    expect(made.at(-1)?.cause).toEqual(suspended);
  });

  test('is paused when its account has used up its budget, which is its reason then, until it is resumed', () => {
    const usedUp = {
      kind: 'system',
      id: 'msg_2',
      text: 'the budget of 250 EUR for 2026-11 is used up',
    } as const;
    expect(note({ wish: { power: 'paused', cause: usedUp, reason: 'budget' } })).toBe('pausing');
    expect(server.reason).toBe('budget');
    expect(made.at(-1)?.cause).toEqual(usedUp);
    note({ record: inSync(null) });
    expect(note({ instance: instance({ state: 'stopped', ip: null }) })).toBe('paused');
    expect(server.reason).toBe('budget');
    ordered(server, 'resume', now);
    note();
    note({ instance: instance({ revision: 3 }) });
    expect(server).toMatchObject({ status: 'configuring', reason: null });
  });
});

describe('pause and resume', () => {
  test('settle as running when the instance does not stop, and the operation has failed', () => {
    toRunning();
    ordered(server, 'pause', now);
    note();
    note({ record: inSync(null) });
    later(15 * 60);
    expect(note()).toBe('configuring');
    expect(note({ record: inSync('127.16.0.1') })).toBe('running');
    expect(server.operation).toMatchObject({ status: 'failed', error: { code: 'timed_out' } });
    expect(server.wish.power).toBe('running');
  });

  test('a pause that Route 53 holds up ends paused when the instance is off, and goes on removing the record', () => {
    toRunning();
    note({ instance: instance({ state: 'stopped', ip: null }) });
    later(15 * 60);
    expect(note()).toBe('paused');
    expect(server.progress).toMatchObject({ step: 'remove_record', retryAt: now });
  });

  test('a pause removes the record before the instance is stopped', () => {
    toRunning();
    ordered(server, 'pause', now);
    expect(note()).toBe('pausing');
    expect(server.progress.step).toBe('remove_record');
    note({ record: inSync(null) });
    expect(server.progress.step).toBe('stop_instance');
  });

  test('a resume leads through configuring, and an earlier boot does not count', () => {
    toPaused();
    ordered(server, 'resume', now);
    expect(note()).toBe('resuming');
    note({ instance: instance({ ip: '127.16.0.7', launchedAt: at(60) }) });
    expect(server.status).toBe('configuring');
    expect(note({ record: inSync('127.16.0.7') })).toBe('configuring');
    expect(note({ agent: says('ready', { bootId: 'boot-2', counter: 9 }) })).toBe('running');
  });

  test('a resume that is late before its record was set goes on to set it, and is running only with it', () => {
    toPaused();
    ordered(server, 'resume', now);
    note();
    note({ instance: instance({ ip: '127.16.0.2', launchedAt: later(30), revision: 4 }) });
    expect(server).toMatchObject({ status: 'configuring', progress: { step: 'set_record' } });
    later(3_600);
    expect(note()).toBe('unavailable');
    expect(server).toMatchObject({ reason: 'app_silent', progress: { step: 'set_record', retryAt: now } });
    const answers = health(true, { ip: '127.16.0.2', launchedAt: server.instance?.launchedAt });
    expect(note({ health: answers })).toBe('unavailable');
    expect(note({ record: inSync('127.16.0.2') })).toBe('running');
  });

  test('a resume without capacity waits, and ends paused after an hour', () => {
    toPaused();
    ordered(server, 'resume', now);
    note();
    expect(note({ capacity: { refusedAt: now, waitingFor: 'm7i.large in eu-central-1a' } })).toBe(
      'waiting_for_capacity',
    );
    later(3600);
    expect(note()).toBe('paused');
    expect(server.operation).toMatchObject({ status: 'failed', error: { code: 'capacity_unavailable' } });
    expect(note()).toBe('paused');
  });

  test('a paused instance that somebody starts is stopped again', () => {
    toPaused();
    expect(note({ instance: instance({ state: 'running', ip: '127.16.0.8' }) })).toBe('pausing');
    expect(note({ instance: instance({ state: 'stopped', ip: null }) })).toBe('paused');
  });
});

describe('terminate', () => {
  test.each([
    ['requested', () => {}],
    ['provisioning', toProvisioning],
    ['configuring', toConfiguring],
    ['running', toRunning],
    ['paused', toPaused],
  ])('wins in %s', (_state, arrange) => {
    arrange();
    ordered(server, 'terminate', now);
    expect(note()).toBe('terminating');
    expect(made.at(-1)?.cause.kind).toBe('actor');
  });

  test('first learns what an unanswered launch made', () => {
    toProvisioning();
    ordered(server, 'terminate', now);
    note();
    expect(server.progress.step).toBe('resolve_launch');
    note({ launch: request({ unresolved: false }), instance: instance({ state: 'pending', ip: null }) });
    expect(server.progress.step).toBe('terminate_instance');
  });

  test('never gives up, and shows as stuck', () => {
    toRunning();
    ordered(server, 'terminate', now);
    note();
    later(30 * 60);
    expect(note()).toBe('terminating');
    expect(server.progress.stuckSince).toEqual(now);
    later(86_400);
    expect(note()).toBe('terminating');
  });

  test('takes away a failed server as well', () => {
    toProvisioning();
    note({ refusal: { code: 'x', detail: 'y' }, launch: request({ unresolved: false }) });
    note({ releasedAt: now });
    ordered(server, 'terminate', now);
    expect(note()).toBe('terminated');
  });
});
