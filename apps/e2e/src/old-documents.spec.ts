import type { Accepted, Me, Operation, Server, UsageRecord } from '@berth/contracts';
import { Api } from '@berth/local';
import { database, eventually, type Tap, type TestBroker, type TestDatabase } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TOTP } from 'otpauth';
import { Customer } from './customer.ts';
import { isForSessions, isForStaff } from './every-route/caller.ts';
import { operationsOf, type Operation as Route } from './every-route/document.ts';
import { Promises } from './every-route/promises.ts';
import { Client } from './every-route/client.ts';
import { loadAws, loadDatabases, snapshots } from './stored/snapshot.ts';
import { World } from './world.ts';

/** Whatever an earlier release has stored, today's code reads it and goes on with it. */
describe.each(snapshots().map((snapshot) => [snapshot.name, snapshot.about.release, snapshot] as const))(
  'with the documents of snapshot %s (%s)',
  (_name, _release, snapshot) => {
    const { login, token, launch, secretsKey } = snapshot.about;
    let documents: TestDatabase;
    let world: World;
    let customer: Customer;
    let taps: Tap[];
    let servers: Map<string, Server>;

    beforeAll(async () => {
      documents = await database();
      await loadDatabases(snapshot, documents.connection);
      const env = {
        BERTH_SECRETS_KEY: secretsKey,
        BERTH_SIM_BOOT_SECONDS: '0.5',
        BERTH_SIM_SPEED: '20',
        BERTH_SWEEP_SECONDS: '1',
      };
      let events: Tap | undefined;
      let rabbit: TestBroker | undefined;
      world = await World.start({ env, mongoUri: documents.uri }, async (home, broker) => {
        loadAws(snapshot, home);
        rabbit = broker;
        taps = await Promise.all(
          ['berth.events', 'berth.usage', 'berth.commands'].map((name) => broker.bindTap(name)),
        );
        events = taps[0];
      });
      // The broker of then had all queues. In this new one, what was said before a service had declared its own has not
      // reached it, so it is said again; whoever has heard it knows it by its id.
      for (const { type, data, properties } of [...(events?.messages ?? [])])
        await rabbit?.publish('berth.events', type, JSON.stringify(data), properties);
      customer = new Customer(new Api(world.url, token), login);
      servers = new Map(
        (await customer.servers('&includeTerminated=true')).map((server) => [server.name, server]),
      );
    }, 120_000);

    afterAll(async () => {
      await world?.stop();
      await documents?.stop();
    }, 60_000);

    const named = (name: string): Server => {
      const found = servers.get(name);
      if (!found) throw new Error(`The snapshot has no server named ${name}`);
      return found;
    };

    test('every route that reads answers as it promises', async () => {
      const document = (await (await fetch(`${world.url}/v1/openapi.json`)).json()) as Record<
        string,
        unknown
      >;
      const { items } = await customer.api.get<{ items: Operation[] }>('/v1/operations?limit=200');
      const ids = {
        servers: [...servers.values()].map(({ id }) => id),
        operations: items.map(({ id }) => id),
      };
      const promises = new Promises();
      const client = new Client(world.url);
      const staff = await world.staff();
      const { accessToken: session } = await new Api(world.url).post<{ accessToken: string }>(
        '/v1/sessions',
        login,
      );
      for (const operation of operationsOf(document).values()) {
        for (const target of readsOf(operation, ids)) {
          const own = isForSessions(operation) ? session : token;
          const headers = { Authorization: `Bearer ${isForStaff(operation) ? staff.token : own}` };
          const answered = await client.send({ method: 'GET', target, headers, body: undefined });
          const { status } = answered;
          const broken = promises.broken(operation, answered);
          expect({ target, status, broken }).toEqual({ target, status: 200, broken: [] });
        }
      }
      client.close();
    }, 60_000);

    test('who had signed up logs in, and sees the account and the tokens', async () => {
      const { accessToken } = await new Api(world.url).post<{ accessToken: string }>('/v1/sessions', login);
      const api = customer.api.as(accessToken);
      expect(await api.get('/v1/me')).toMatchObject({ user: { email: login.email }, role: 'owner' });
      expect(await api.get('/v1/tokens')).toMatchObject({
        items: [{ name: 'short' }, { name: 'ci', scopes: null, networks: [] }],
      });
    });

    test('who had a second factor, if there was such, logs in by it', async () => {
      const people = [snapshot.about.secondFactor ?? []].flat();
      const logIns = people.map(async (person) => {
        const timestamp = (await world.aws.now()).getTime();
        const code = new TOTP({ secret: person.secret }).generate({ timestamp });
        return new Api(world.url).post('/v1/sessions', { ...person.login, code });
      });
      const sessions = people.map(() => expect.objectContaining({ id: expect.stringMatching(/^ses_/) }));
      expect(await Promise.all(logIns)).toEqual(sessions);
    });

    test('the repeated launch gets the answer of then', async () => {
      const again = await customer.api.post<Accepted>('/v1/servers', launch.body, launch.key);
      expect(again.server.id).toBe(named('Runs').id);
      expect(again.server.status).toBe('requested');
    });

    test('what was being made, or waited, or was being paused gets there', async () => {
      await world.aws.noFaults();
      await world.aws.advance(60);
      const ends = { Configuring: 'running', Waiting: 'running', Pausing: 'paused' } as const;
      for (const [name, status] of Object.entries(ends)) {
        expect(await customer.reached(named(name).id, status, 60_000)).toMatchObject({ operation: null });
      }
    }, 120_000);

    test('what lasts can be gone on with: resumed, restarted, paused, terminated', async () => {
      const succeeds = async (name: string, action: Parameters<Customer['act']>[1], status: string) =>
        expect((await customer.succeeded(await customer.act(named(name).id, action))).status).toBe(status);
      const goes = async (name: string) => {
        const { id } = named(name);
        expect((await customer.succeeded(await customer.terminate(id))).status).toBe('terminated');
        expect(await world.aws.volumes(id)).toEqual([]);
      };
      const paused = async () => {
        await succeeds('Paused', 'resume', 'running');
        await goes('Paused');
      };
      const runs = async () => {
        await succeeds('Runs', 'restart', 'running');
        await succeeds('Runs', 'pause', 'paused');
        await customer.api.patch(`/v1/servers/${named('Runs').id}`, { protected: false });
        await goes('Runs');
      };
      await Promise.all([paused(), runs(), goes('Unavailable')]);
    }, 120_000);

    test('a launch that failed can be tried again', async () => {
      const { id, failure } = named('Failed');
      expect(failure).toMatchObject({ retryable: true });
      const retried = await customer.succeeded(
        await customer.api.post<Accepted>(`/v1/servers/${id}/actions/retry`),
      );
      expect(retried).toMatchObject({ id, status: 'running', failure: null });
    }, 60_000);

    test('a new server can have what the old ones gave back', async () => {
      const server = await customer.running({ name: 'New', hostname: named('Runs').hostname.split('.')[0] });
      expect((await customer.succeeded(await customer.terminate(server.id))).status).toBe('terminated');
    }, 60_000);

    test('every message that was waiting to be sent has been sent', async () => {
      const waiting = Object.values(snapshot.databases).flatMap(({ outbox = [] }) =>
        outbox.map(({ _id, properties }) => (properties as { messageId?: string }).messageId ?? _id),
      );
      expect(waiting).not.toEqual([]);
      const sent = () =>
        taps.flatMap(({ messages }) => messages.map(({ properties }) => properties.messageId));
      await eventually(() => expect(sent()).toEqual(expect.arrayContaining(waiting)));
    });

    test('timelines and usage go on where they ended: no gap, nothing counted twice', async () => {
      for (const { id } of servers.values()) {
        const timeline = await customer.timeline(id);
        expect(timeline.map(({ sequence }) => sequence)).toEqual(timeline.map((_, index) => index + 1));
        await eventually(async () => expect(minutesTwice(await customer.usage(id))).toEqual([]));
      }
      const { account } = await customer.api.get<Me>('/v1/me');
      const records = snapshot.databases['berth_billing']?.['usage_records'] ?? [];
      const old = records.filter(({ accountId }) => accountId === account.id);
      const now = await Promise.all([...servers.values()].map(({ id }) => customer.usage(id)));
      expect(now.flat().map(({ id }) => id)).toEqual(expect.arrayContaining(old.map(({ _id }) => _id)));
      expect(now.flat().length).toBeGreaterThan(old.length);
    }, 60_000);

    test('nothing was too much for it: no dead letters, no errors', async () => {
      expect(await world.deadLetters()).toEqual({});
      expect(world.errorLines()).toEqual([]);
    });
  },
);

/** What there is to read by an operation: of everything there is an id of, or the one list. */
function readsOf({ method, path, parameters }: Route, ids: Record<string, string[]>): string[] {
  if (method !== 'GET') return [];
  const known: Record<string, string> = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
  const demanded = parameters.filter(({ in: place, required }) => required && place === 'query');
  const query = demanded.map(({ name }) => `${name}=${known[name] ?? ''}`).join('&');
  const subject = path.split('/')[2] ?? '';
  const targets = path.includes('{') ? (ids[subject] ?? []).map((id) => path.replace('{id}', id)) : [path];
  return targets.map((target) => (query ? `${target}?${query}` : target));
}

/** The minutes for which a meter has more than one record in force. */
function minutesTwice(records: UsageRecord[]): string[] {
  const reversed = new Set(records.map(({ reverses }) => reverses));
  const inForce = records.filter(({ id, reverses }) => reverses === null && !reversed.has(id));
  return inForce
    .filter((one) =>
      inForce.some(
        (other) => other !== one && other.meter === one.meter && other.from < one.to && one.from < other.to,
      ),
    )
    .map(({ id }) => id);
}
