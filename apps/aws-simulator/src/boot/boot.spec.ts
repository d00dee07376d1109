import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { RebootInstancesCommand, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { AgentReport, SignedAgentReport, type AgentConfig } from '@berth/contracts';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { Fixture } from '../fixture.ts';

const SECRET = Buffer.alloc(32, 7);
const SERVER_ID = `srv_${'0'.repeat(26)}`;

let sim: Fixture;
beforeAll(async () => {
  sim = await Fixture.start(
    { BERTH_SIM_SPEED: '10', BERTH_SIM_THROTTLING: 'off', BERTH_SIM_BOOT_SECONDS: '600' },
    eventually,
  );
});
afterAll(() => sim.stop());

async function userData(changes: Partial<AgentConfig> = {}): Promise<string> {
  const config: AgentConfig = {
    deploymentId: 'local',
    serverId: SERVER_ID,
    keyId: 'key-1',
    secret: SECRET.toString('base64'),
    topicArn: (await sim.landingZone()).topicArn,
    region: 'eu-central-1',
    health: { scheme: 'http', port: 80, path: '/health' },
    dataDevice: '/dev/sdf',
    ...changes,
  };
  const file = { path: '/etc/berth/agent.json', permissions: '0600', content: JSON.stringify(config) };
  return Buffer.from(`#cloud-config\n${stringify({ write_files: [file] })}`).toString('base64');
}

const Ebs = { VolumeSize: 20, VolumeType: 'gp3' as const, DeleteOnTermination: false };
const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs }];

async function launched(overrides: Parameters<Fixture['aws']['run']>[0] = {}): Promise<string> {
  const { InstanceId = '' } = await sim.aws.run({
    UserData: await userData(),
    BlockDeviceMappings,
    ...overrides,
  });
  return InstanceId;
}

/** Everything that came to the landing zone's queue about an instance since the last call. */
async function messages(instanceId: string): Promise<{ reports: AgentReport[]; states: string[] }> {
  const { queueUrl: QueueUrl } = await sim.landingZone();
  const reports: AgentReport[] = [];
  const states: string[] = [];
  for (;;) {
    const { Messages = [] } = await sim.aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return { reports, states };
    for (const { Body = '', ReceiptHandle } of Messages) {
      await sim.aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      const message = JSON.parse(JSON.parse(Body).Message);
      if (message.source === 'aws.ec2') {
        if (message.detail['instance-id'] === instanceId) states.push(message.detail.state);
        continue;
      }
      const { payload, signature, keyId } = SignedAgentReport.parse(message);
      expect(keyId).toBe('key-1');
      expect(signature).toBe(createHmac('sha256', SECRET).update(payload).digest('hex'));
      const report = AgentReport.parse(JSON.parse(payload));
      if (report.instanceId === instanceId) reports.push(report);
    }
  }
}

/** Status and body, or `closed`. */
function get(address: string, path: string, host?: string): Promise<[number | 'closed', string]> {
  return new Promise((resolve) => {
    const options = { host: address, port: sim.simulator.instancePort, path, agent: false };
    const call = request({ ...options, ...(host && { headers: { host } }) }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve([response.statusCode ?? 0, body]));
    });
    call.on('error', () => resolve(['closed', '']));
    call.end();
  });
}

const addressOf = async (id: string) => (await sim.aws.instance(id)).PublicIpAddress ?? '';

describe('a boot', () => {
  test('goes through its phases, each reported once and signed, and is ready in the time it is given', async () => {
    const id = await launched();
    await sim.advance(590);
    expect((await messages(id)).reports.map(({ phase }) => phase)).toEqual([
      'booted',
      'disk_mounted',
      'started',
    ]);
    await sim.advance(11);
    const { reports, states } = await messages(id);
    expect(reports).toEqual([expect.objectContaining({ phase: 'ready', serverId: SERVER_ID, counter: 4 })]);
    expect(states).toEqual([]);
  });

  test('is announced by EC2 as pending, then running', async () => {
    const id = await launched();
    await sim.advance(5);
    expect((await messages(id)).states).toEqual(['pending', 'running']);
  });

  test('the counter lives on the data disk, over stop, start and reboot; every boot has an id of its own', async () => {
    const id = await launched();
    await sim.advance(601);
    const first = (await messages(id)).reports;
    await sim.aws.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(602);
    const second = (await messages(id)).reports;
    await sim.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(5);
    await sim.aws.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(601);
    const third = (await messages(id)).reports;
    expect([...first, ...second, ...third].map(({ counter }) => counter)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    const boots = [first, second, third].map((reports) => new Set(reports.map(({ bootId }) => bootId)));
    expect(boots.map((ids) => ids.size)).toEqual([1, 1, 1]);
    expect(new Set(boots.flatMap((ids) => [...ids])).size).toBe(3);
  });

  test('a stop in the middle ends it', async () => {
    const id = await launched();
    await sim.advance(300);
    await sim.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(1000);
    expect((await messages(id)).reports.map(({ phase }) => phase)).toEqual(['booted']);
  });

  test('without its data disk fails', async () => {
    const id = await launched({ UserData: await userData({ dataDevice: '/dev/sdz' }) });
    await sim.advance(601);
    const { reports } = await messages(id);
    expect(reports.map(({ phase }) => phase)).toEqual(['booted', 'failed']);
    expect(reports[1]?.detail).toContain('/dev/sdz');
  });

  test.each([
    ['no user data', ''],
    ['a script', '#!/bin/sh\necho'],
    ['cloud-config without an agent', '#cloud-config\npackages: [nginx]\n'],
    [
      'cloud-config that is broken',
      '#cloud-config\nwrite_files: [{path: /etc/berth/agent.json, content: "{"}]\n',
    ],
  ])('with %s is silent', async (_what, text) => {
    const id = await launched({ UserData: Buffer.from(text).toString('base64') });
    await sim.advance(601);
    expect(await messages(id)).toEqual({ reports: [], states: ['pending', 'running'] });
  });
});

describe('a simulated server', () => {
  test('answers its health path 503 until it is ready, then 200', async () => {
    const id = await launched();
    await sim.advance(300);
    expect((await get(await addressOf(id), '/health'))[0]).toBe(503);
    await sim.advance(301);
    expect((await get(await addressOf(id), '/health?deep=1'))[0]).toBe(200);
  });

  test('says on any other path what it is, and takes no markup from tags', async () => {
    const Tags = [
      { Key: 'Name', Value: '<script>alert(1)</script>' },
      { Key: 'berth:product', Value: 'map-server' },
      { Key: 'berth:version', Value: '4.2' },
      { Key: 'berth:size', Value: 'tiny' },
    ];
    const id = await launched({ TagSpecifications: [{ ResourceType: 'instance', Tags }] });
    await sim.advance(601);
    const [status, page] = await get(await addressOf(id), '/anything');
    expect(status).toBe(200);
    for (const fact of [
      id,
      'map-server',
      '4.2',
      'tiny (t3.small)',
      '20 GiB',
      'eu-central-1 (eu-central-1a)',
      'Ready',
    ])
      expect(page).toContain(`>${fact}<`);
    expect(page).toContain('<h1>&#60;script&#62;alert(1)&#60;/script&#62;</h1>');
    expect(page).not.toContain('<script>');
  });

  test('shows its page while it starts, and says so', async () => {
    const id = await launched();
    await sim.advance(300);
    const [status, page] = await get(await addressOf(id), '/');
    expect(status).toBe(200);
    expect(page).toContain('>Starting<');
  });

  test('is away while it reboots, and not ready after it until the boot is over', async () => {
    const id = await launched();
    await sim.advance(601);
    const address = await addressOf(id);
    await sim.aws.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    expect(await get(address, '/health')).toEqual(['closed', '']);
    await sim.advance(300);
    expect((await get(address, '/health'))[0]).toBe(503);
    await sim.advance(302);
    expect((await get(address, '/health'))[0]).toBe(200);
  });

  test('nobody answers where no instance runs', async () => {
    expect(await get('127.99.99.99', '/')).toEqual(['closed', '']);
    const id = await launched();
    await sim.advance(601);
    const address = await addressOf(id);
    expect((await get(address, '/'))[0]).toBe(200);
    await sim.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(5);
    expect(await get(address, '/')).toEqual(['closed', '']);
  });

  test('is reached by its name once the record is in sync', async () => {
    const { hostedZoneId } = await sim.landingZone();
    const id = await launched();
    await sim.advance(601);
    const host = 'By-Name.berth.localhost:4580';
    await sim.aws.change(hostedZoneId, ['UPSERT', 'by-name.berth.localhost', await addressOf(id)]);
    await sim.advance(5);
    expect((await get('127.0.0.1', '/health', host))[0]).toBe(200);
    expect((await get('127.0.0.1', '/', host))[1]).toContain('>by-name.berth.localhost<');
    await sim.aws.change(hostedZoneId, ['DELETE', 'by-name.berth.localhost', await addressOf(id)]);
    await sim.advance(5);
    const [status, page] = await get('127.0.0.1', '/', host);
    expect(status).toBe(503);
    expect(page).toContain('no record for <b>by-name.berth.localhost</b>');
  });

  test('a record that names an address nobody has leads nowhere', async () => {
    const { hostedZoneId } = await sim.landingZone();
    await sim.aws.change(hostedZoneId, ['UPSERT', 'stale.berth.localhost', '127.88.88.88']);
    await sim.advance(5);
    expect(await get('127.0.0.1', '/', 'stale.berth.localhost')).toEqual(['closed', '']);
  });
});
