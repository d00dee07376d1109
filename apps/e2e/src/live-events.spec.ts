import { ServerChange, type FeedEntry } from '@berth/contracts';
import { EventClient, eventually, type StreamedEvent } from '@berth/testing';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Customer } from './customer.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { World } from './world.ts';

let world: World;
let second: GatewayProcess;
let ada: Customer;
let grace: Customer;
let clients: EventClient[] = [];

beforeAll(async () => {
  world = await World.start();
  second = await world.gateway();
  [ada, grace] = await Promise.all([world.customer(), world.customer()]);
}, 120_000);
afterEach(async () => {
  await Promise.all(clients.map((client) => client.cut()));
  clients = [];
});
afterAll(async () => {
  await second?.stop();
  await world?.stop();
}, 60_000);

async function follow(url: string, { api }: Customer, lastEventId?: string): Promise<EventClient> {
  const client = await EventClient.open(`${url}/v1/events`, {
    authorization: `Bearer ${api.token}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  });
  clients.push(client);
  return client;
}

const changeOf = ({ data }: StreamedEvent): FeedEntry['data'] => ServerChange.parse(data);
const changes = ({ events }: EventClient) => events.map(changeOf);
const ids = ({ events }: EventClient) => events.map(({ id }) => id);
const ended = (client: EventClient, operationId: string) =>
  eventually(
    () =>
      expect(
        changes(client).some(({ operation }) => operation?.id === operationId && operation.endedAt !== null),
      ).toBe(true),
    { within: 30_000 },
  );

test("a launch is on every gateway's streams, the same under the same ids, and on nobody else's", async () => {
  const [here, there, strangers] = await Promise.all([
    follow(world.url, ada),
    follow(second.url, ada),
    follow(second.url, grace),
  ]);
  const { server, operation } = await ada.launch();
  await ended(here, operation.id);
  await ended(there, operation.id);
  const streamed = ({ events }: EventClient) => events.map(({ id, event, data }) => ({ id, event, data }));
  expect(streamed(there)).toEqual(streamed(here));
  expect(ids(here).map(Number)).toEqual(ids(here).map((_, index) => Number(ids(here)[0]) + index));

  const transitions = changes(here).flatMap((change) => change.transitions);
  expect(transitions).toEqual(await ada.timeline(server.id));
  const steps = changes(here).map((change) =>
    change.operation?.steps.find(({ status }) => status === 'running'),
  );
  expect(new Set(steps.map((step) => step?.name)).size).toBeGreaterThan(2);
  const last = changes(here).at(-1);
  expect(await ada.server(server.id)).toMatchObject(last?.server ?? {});
  expect(last?.operation).toEqual(await ada.ended(operation.id));
  expect(strangers.events).toEqual([]);
}, 60_000);

test('a stream that is cut in mid-launch goes on at another gateway: nothing missing, nothing twice', async () => {
  const whole = await follow(world.url, ada);
  const before = await follow(world.url, ada);
  const { operation } = await ada.launch();
  await eventually(() => before.events.length >= 2);
  await before.cut();
  await ended(whole, operation.id);
  const after = await follow(second.url, ada, before.lastEventId);
  await ended(after, operation.id);
  expect(ids(before).length).toBeLessThan(ids(whole).length);
  expect([...ids(before), ...ids(after)]).toEqual(ids(whole));
}, 60_000);

test('an edit is on the stream, by its whole server', async () => {
  const { id } = (await ada.servers())[0]!;
  const stream = await follow(second.url, ada);
  const tags = { 'cost.centre': '42' };
  await ada.api.patch(`/v1/servers/${id}`, { name: 'Renamed', tags });
  await eventually(() => expect(changes(stream)).toMatchObject([{ server: { id, name: 'Renamed', tags } }]));
}, 30_000);

test('a stream ends at once, at whichever gateway, when its token is revoked or its session logged out', async () => {
  const { id, token } = await ada.api.post<{ id: string; token: string }>('/v1/tokens', { name: 'stream' });
  const session = await ada.api.post<{ accessToken: string }>('/v1/sessions', ada.login);
  const as = (credential: string) => ({ api: ada.api.as(credential) }) as Customer;
  const [ofToken, ofSession, other] = await Promise.all([
    follow(second.url, as(token)),
    follow(second.url, as(session.accessToken)),
    follow(second.url, ada),
  ]);
  await ada.api.delete(`/v1/tokens/${id}`);
  await as(session.accessToken).api.delete('/v1/sessions/current');
  // The heartbeat, which asks again, comes only after 15 s.
  await eventually(() => expect([ofToken.ended, ofSession.ended]).toEqual([true, true]), { within: 10_000 });
  expect(other.ended).toBe(false);
  await expect(follow(world.url, as(token))).rejects.toThrow('401');
}, 30_000);

test('what happens to instances is on the stream soon (how soon is printed)', async () => {
  const servers = await Promise.all(Array.from({ length: 8 }, () => ada.running()));
  const stream = await follow(second.url, ada);
  const fromAws: number[] = [];
  const fromTransition: number[] = [];
  for (const { id } of servers) {
    const [instance] = await world.aws.instances(id);
    await world.aws.shutDown(instance!.InstanceId!);
    const from = performance.now();
    const noticed = await eventually(
      () =>
        stream.events.find((event) => {
          const { server } = changeOf(event);
          return server.id === id && server.status === 'pausing';
        }) ?? Promise.reject(new Error('not yet')),
      { within: 20_000 },
    );
    fromAws.push(noticed.at - from);
    fromTransition.push(performance.timeOrigin + noticed.at - Date.parse(changeOf(noticed).at));
  }
  process.stderr.write(`To the stream from the instance's state change: ${figures(fromAws)}\n`);
  process.stderr.write(`To the stream from the server's transition: ${figures(fromTransition)}\n`);
}, 180_000);

function figures(milliseconds: number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
  return `median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms, of ${sorted.length}`;
}
