import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { getModelToken } from '@nestjs/mongoose';
import { Fleet, GetFleet, ServerStatus, type StateCount } from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { newId } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import type { Model } from 'mongoose';
import { StandingModel } from '../accounts/standing.model.ts';
import { Config } from '../config.ts';
import { newServer } from '../fixtures/servers.ts';
import { ProvisioningModule } from '../provisioning.module.ts';
import { ServerModel, type LiveStatus, type ServerDocument } from './server.model.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const REGIONS = ['us-east-1', 'eu-central-1', 'ca-central-1'];

let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const config = new Config({
    AMQP_URL: rabbit.url,
    MONGODB_URI: mongo.uri,
    // The discard port: nobody answers, and nothing moves.
    BERTH_AWS_ENDPOINT: 'http://127.0.0.1:9',
    BERTH_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
    BERTH_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  app = await serviceAt(new TestClock(NOW), ProvisioningModule.forRoot(config, mongo.database));
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const fleet = () => app.get(Requests, { strict: false }).ask(GetFleet, {});
const model = <Document>(name: string) => app.get<Model<Document>>(getModelToken(name), { strict: false });

/** The oracle: one server after the other. */
function counted(servers: readonly ServerDocument[]): StateCount[] {
  return ServerStatus.options.flatMap((status) => {
    const there = servers.filter((server) => server.status === status);
    const [first] = there.map(({ enteredAt }) => enteredAt.toISOString()).toSorted();
    return first === undefined || status === 'terminated'
      ? []
      : [{ status, servers: there.length, since: first }];
  });
}
const sum = (states: readonly StateCount[]) => states.reduce((so, { servers }) => so + servers, 0);

test('a fleet without servers is empty', async () => {
  expect(await fleet()).toEqual({
    servers: 0,
    states: [],
    regions: [],
    accounts: 0,
    asOf: expect.any(String),
  });
});

test('the fleet is counted by state and region, over all accounts, without what is terminated', async () => {
  const statuses = ServerStatus.options.filter((status) => status !== 'updating' && status !== 'restoring');
  const servers = Array.from({ length: 500 }, (_, index) => {
    const status = statuses[(index * 7) % statuses.length] as LiveStatus;
    const region = REGIONS[(index * index) % REGIONS.length] ?? '';
    const entered = new Date(Date.parse(NOW) - ((index * 7919) % 100_000) * 1000);
    const server = newServer(entered, { _id: newId('srv'), accountId: newId('acc'), status });
    return { ...server, hostname: `host-${index}`, configuration: { ...server.configuration, region } };
  });
  await model<ServerDocument>(ServerModel.name).insertMany(servers);
  await model(StandingModel.name).insertMany([{ _id: newId('acc') }, { _id: newId('acc') }] as never);

  const answer = await fleet();
  expect(Fleet.parse(answer)).toEqual(answer);
  expect(answer).toEqual({
    servers: sum(counted(servers)),
    states: counted(servers),
    regions: REGIONS.toSorted().flatMap((region) => {
      const states = counted(servers.filter(({ configuration }) => configuration.region === region));
      return states.length > 0 ? [{ region, servers: sum(states), states }] : [];
    }),
    accounts: 2,
    asOf: NOW,
  });
});
