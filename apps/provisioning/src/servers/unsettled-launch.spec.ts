import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { TerminateServer, type Server } from '@berth/contracts';
import {
  broker,
  database,
  eventually,
  simulator,
  type Simulator,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { getModelToken } from '@nestjs/mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Model } from 'mongoose';
import { tagsOfServer } from '../fixtures/planted.ts';
import { ProvisioningUnderTest } from '../fixtures/provisioning-under-test.ts';
import { ServerModel, type ServerDocument } from './server.model.ts';

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let service: ProvisioningUnderTest;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  const [events, commands] = [await rabbit.bindTap('berth.events'), await rabbit.bindTap('berth.commands')];
  service = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, events, commands });
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
});
afterEach(() => service.faults({}));

const launchOf = async ({ id }: Server) => {
  const model = service.app.get<Model<ServerDocument>>(getModelToken(ServerModel.name), { strict: false });
  return (await model.findOne({ _id: id }).setOptions({ crossTenant: true }).lean())?.launch;
};

const NO_ROOM = { 'eu-central-1a/m7i.large': 0 };

/**
 * A server whose first request EC2 has taken and is still at, for so many seconds; the client gave it up, sent it again,
 * and that was refused for lack of room.
 */
async function refusedWhileUnderWay(delaySeconds: number) {
  await service.faults({ rules: [{ operation: 'RunInstances', delaySeconds, times: 1 }], capacity: NO_ROOM });
  const accepted = await service.launch({ size: 'medium' });
  await eventually(async () => expect((await launchOf(accepted.server))?.refusedSince).toBeInstanceOf(Date), {
    within: 15_000,
  });
  return accepted;
}

describe('a launch that is refused while an earlier sending of it may be under way', () => {
  test('takes what that one makes, and makes no second instance elsewhere', async () => {
    const { server, operation } = await refusedWhileUnderWay(300);
    await service.faults({ capacity: {} });
    await service.advance(300);
    expect(await service.ended(operation)).toMatchObject({ status: 'succeeded' });
    expect(await service.read(server)).toMatchObject({ status: 'running', zone: 'eu-central-1a' });
    expect((await service.atAws(server)).instances).toHaveLength(1);
  }, 60_000);

  test('goes to another zone when it has been refused for so long that none can be', async () => {
    const { server, operation } = await refusedWhileUnderWay(150);
    expect((await launchOf(server))?.zone).toBe('eu-central-1a');
    await service.advance(250);
    expect(await service.ended(operation)).toMatchObject({ status: 'succeeded' });
    expect(await service.read(server)).toMatchObject({ status: 'running', zone: 'eu-central-1b' });
    expect((await service.atAws(server)).instances).toHaveLength(1);
  }, 60_000);

  test('is not given up for terminated before that is known', async () => {
    const { server } = await refusedWhileUnderWay(3_000);
    const { accountId, actor } = service;
    const { operation } = await service.ask(TerminateServer, { accountId, actor, serverId: server.id });
    await service.faults({ capacity: {} });
    await service.advance(3_000);
    expect(await service.ended(operation)).toMatchObject({ status: 'succeeded' });
    expect(await service.atAws(server)).toEqual({ instances: [], volumes: [] });
  }, 60_000);
});

test('an answer that was never in doubt sends it to the next zone at once', async () => {
  await service.faults({ capacity: NO_ROOM });
  const { server, operation } = await service.launch({ size: 'medium' });
  expect(await service.ended(operation)).toMatchObject({ status: 'succeeded' });
  expect(await service.read(server)).toMatchObject({ zone: 'eu-central-1b' });
});

test('an instance that was made for a server besides goes with it', async () => {
  const { server, operation } = await service.launch();
  await service.ended(operation);
  const Tags = Object.entries(tagsOfServer(server.id)).map(([Key, Value]) => ({ Key, Value }));
  const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };
  const ec2 = new EC2Client({ endpoint: aws.endpoint, region: 'eu-central-1', credentials });
  await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3.small',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [
        { ResourceType: 'instance', Tags },
        { ResourceType: 'volume', Tags },
      ],
    }),
  );
  ec2.destroy();
  const { accountId, actor } = service;
  const terminated = await service.ask(TerminateServer, { accountId, actor, serverId: server.id });
  expect(await service.ended(terminated.operation)).toMatchObject({ status: 'succeeded' });
  await eventually(async () => expect(await service.atAws(server)).toEqual({ instances: [], volumes: [] }));
}, 60_000);
