import { randomBytes } from 'node:crypto';
import { collector, eventually, type Collector, type TestBroker, type Traced } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { inDatabases, inLogs, inTelemetry, onTheBus } from './canaries/found.ts';
import { allowed } from './canaries/places.ts';
import { PostOffice } from './canaries/post-office.ts';
import { Recorder } from './canaries/recorder.ts';
import { Secrets, textsInJson, type Seen } from './canaries/sightings.ts';
import * as story from './canaries/story.ts';
import { World } from './world.ts';

/**
 * Secrets that are like nothing else are used for all that there is to do with them, and misused; then they are looked for in whatever
 * the system has written, sent, stored and answered, at its most talkative.
 */
const secrets = new Secrets();
const made = (kind: string, secret = randomBytes(24).toString('base64url')) => secrets.add(kind, secret);
let otlp: Collector;
let post: PostOffice;
let world: World;
let api: Recorder;
let rabbit: TestBroker;
let published: readonly Traced[];
/** All that was seen once all was done. */
let seen: Seen[];

const CLOUD_SERVICES = ['provisioning', 'dns', 'state-tracking'];
const SERVICES = [...CLOUD_SERVICES, 'accounts', 'billing', 'catalog', 'gateway'];

beforeAll(async () => {
  [otlp, post] = await Promise.all([
    collector(),
    PostOffice.open({ user: 'berth', password: made('password of the mail server') }),
  ]);
  const keys = {
    AWS_ACCESS_KEY_ID: made('AWS key', `AKIA${randomBytes(8).toString('hex').toUpperCase()}`),
    AWS_SECRET_ACCESS_KEY: made('AWS secret key'),
    AWS_SESSION_TOKEN: made('AWS session token'),
  };
  world = await World.start(
    {
      env: {
        BERTH_LOG_LEVEL: 'trace',
        BERTH_SECRETS_KEY: made('key of secrets', randomBytes(32).toString('base64')),
        OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
      },
      envOf: (service, awsEndpoint) => ({
        ...(service === 'accounts' && {
          BERTH_VERIFY_EMAIL: 'on',
          BERTH_SMTP_URL: post.url,
          BERTH_MAIL_FROM: 'berth@example.com',
          BERTH_PUBLIC_URL: 'http://localhost',
        }),
        // They find keys as they would on AWS, and AWS where it is simulated.
        ...(CLOUD_SERVICES.includes(service) && {
          BERTH_CLOUD: 'aws',
          AWS_ENDPOINT_URL: awsEndpoint,
          ...keys,
        }),
      }),
    },
    async (_home, broker) => {
      rabbit = broker;
      published = await broker.trace();
    },
  );
  made('password of the database', new URL(world.system.mongoUri).password);
  for (const service of SERVICES) made('password of the broker', new URL(world.amqpUrlOf(service)).password);
  api = new Recorder(world.url);
  await everything();
  seen = await all();
}, 300_000);
afterAll(async () => {
  await world?.stop();
  await Promise.all([otlp?.stop(), post?.close()]);
}, 60_000);

async function everything(): Promise<void> {
  const stage = { world, post, secrets, api };
  const owner = await story.signedUp(stage);
  await story.changesPasswords(stage, owner);
  await story.setsUpSecondFactor(stage, owner);
  const token = await story.givesAccess(stage, owner);
  const serverId = await story.launches(stage, token);
  await story.mistakes(stage, owner, token);
  await story.failures(stage, owner);
  await api.done('DELETE', `/v1/servers/${serverId}`, { as: token });
  await story.looksAround(stage, owner);
  await story.ends(stage, owner, token);
  // What was done last has left its trace.
  await eventually(() => expect(JSON.stringify(otlp.spans)).toContain('/v1/sessions/current'));
}

const all = async (): Promise<Seen[]> => [
  ...onTheBus(published),
  ...(await inDatabases(world.system.mongoUri)),
  ...inLogs(world.logLines()),
  ...inTelemetry(otlp),
  ...api.seen,
];

test('a secret is where it has to be, and nowhere else', () => {
  expect(secrets.among(seen)).toEqual(allowed());
});

test('everything was looked at', () => {
  const places = seen.map(({ place }) => place);
  for (const service of SERVICES) {
    expect(places).toContain(`log ${service} msg`);
    expect(otlp.spans.map((span) => span.service)).toContain(service);
  }
  const databases = new Set(places.flatMap((place) => /^database (\w+)\./.exec(place)?.[1] ?? []));
  expect([...databases].sort()).toEqual(
    SERVICES.filter((service) => service !== 'gateway')
      .map((service) => `berth_${service.replace('-', '_')}`)
      .sort(),
  );
  for (const place of [
    'bus accounts.dead-letters berth.accounts.send-mail.v1 header berth-stack',
    'bus state-tracking.dead-letters berth.state-tracking.watch-server.v1 header berth-reason',
    'bus berth.server.running.v1 serverId',
    'bus answer to berth.accounts.begin-session.v1 id',
    'database berth_accounts.audit_events requestId',
    'answer GET /v1/audit-events/export 200 [].action',
    'stream server.changed server.name',
  ])
    expect(places).toContain(place);
});

describe('one that is planted is found', () => {
  const plant = made('planted');
  const sightings = async () => secrets.among(await all()).filter((each) => each.startsWith('planted: '));

  test('in a message, its headers, and among the dead letters', async () => {
    const headers = { 'x-note': Buffer.from(`is ${plant}`).toString('base64') };
    await rabbit.publish('berth.events', 'planted.v1', JSON.stringify({ a: [{ b: plant }] }), {
      ...{ type: 'planted.v1', headers },
    });
    await rabbit.publish('', 'billing.dead-letters', `no JSON ${plant}`, { type: 'planted.v2' });
    await eventually(async () =>
      expect(await sightings()).toEqual(
        expect.arrayContaining([
          'planted: bus planted.v1 a[].b',
          'planted: bus planted.v1 header x-note',
          'planted: bus billing.dead-letters planted.v2 ',
        ]),
      ),
    );
  });

  test('in a field of a database, as a text, as bytes, as the name of a field', async () => {
    const connection = await mongoose.createConnection(world.system.mongoUri).asPromise();
    const collection = connection.getClient().db('berth_dns').collection('planted');
    await collection.insertMany([
      { fields: [{ text: plant }] },
      { bytes: Buffer.from(plant) },
      { [`name ${plant}`]: 1 },
    ]);
    expect(await sightings()).toEqual(
      expect.arrayContaining([
        'planted: database berth_dns.planted  (a name)',
        'planted: database berth_dns.planted bytes',
        'planted: database berth_dns.planted fields[].text',
      ]),
    );
    await collection.drop();
    await connection.close();
  });

  test('in a log, in spans and metrics, in an answer', async () => {
    const lines = [JSON.stringify({ service: 'dns', err: { stack: `at ${plant}` } }), `bare ${plant}`];
    expect(secrets.among(inLogs(lines))).toEqual([
      'planted: log dns err.stack',
      'planted: log of what is no service ',
    ]);
    await fetch(otlp.url, { method: 'POST', body: JSON.stringify({ resourceLogs: [plant] }) });
    expect(await sightings()).toContain('planted: spans and metrics');
    const text = JSON.stringify({ detail: `not ${plant}` });
    expect(secrets.among(textsInJson(text, 'answer '))).toEqual(['planted: answer detail']);
  });
});
