import { StartInstancesCommand } from '@aws-sdk/client-ec2';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Fixture } from './fixture.ts';

let sim: Fixture;
beforeAll(async () => {
  sim = await Fixture.start(
    { BERTH_SIM_SPEED: '10', BERTH_SIM_BOOT_SECONDS: '2', BERTH_SIM_THROTTLING: 'off' },
    eventually,
  );
});
afterAll(() => sim.stop());

async function running(overrides: Parameters<Fixture['aws']['run']>[0] = {}): Promise<string> {
  const { InstanceId = '' } = await sim.aws.run(overrides);
  await sim.advance(10);
  return InstanceId;
}

describe('instances die', () => {
  test('a killed one is stopped at once, by the server side, and can be started again', async () => {
    const id = await running();
    await sim.order(id, 'kill');
    expect(await sim.aws.instance(id)).toMatchObject({
      State: { Name: 'stopped' },
      StateReason: { Code: 'Server.InternalError' },
    });
    await sim.aws.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(10);
    expect(await sim.aws.instance(id)).toMatchObject({ State: { Name: 'running' } });
  });

  test('a host may take its instance with it, data volumes stay', async () => {
    const Ebs = { VolumeSize: 20, VolumeType: 'gp3' as const, DeleteOnTermination: false };
    const id = await running({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }] });
    const ids = (await sim.aws.volumesOf(id)).map(({ VolumeId }) => VolumeId);
    await sim.order(id, 'kill', { leaves: 'terminated' });
    expect(await sim.aws.instance(id)).toMatchObject({ State: { Name: 'terminated' } });
    const left = (await sim.state()).volumes.filter((volume) => ids.includes(volume.id));
    expect(left.map(({ state }) => state).sort()).toEqual(['available', 'deleted']);
  });

  test('an impaired one runs by the account of EC2 but answers nothing', async () => {
    const id = await running();
    const { PublicIpAddress } = await sim.aws.instance(id);
    const page = () => fetch(`http://${PublicIpAddress}:${sim.simulator.instancePort}/`);
    expect((await page()).status).toBe(200);
    await sim.order(id, 'kill', { leaves: 'impaired' });
    await expect(page()).rejects.toThrow();
    expect(await sim.aws.instance(id)).toMatchObject({ State: { Name: 'running' } });
  });

  test('a shutdown from inside stops it, or terminates it when it was launched so', async () => {
    const stops = await running();
    const ends = await running({ InstanceInitiatedShutdownBehavior: 'terminate' });
    for (const id of [stops, ends]) await sim.order(id, 'stop-inside');
    await sim.advance(5);
    const StateReason = { Code: 'Client.InstanceInitiatedShutdown' };
    expect(await sim.aws.instance(stops)).toMatchObject({ State: { Name: 'stopped' }, StateReason });
    expect(await sim.aws.instance(ends)).toMatchObject({ State: { Name: 'terminated' }, StateReason });
  });

  test('what does not run cannot be killed', async () => {
    const id = await running();
    await sim.order(id, 'kill');
    expect((await sim.request('POST', `instances/${id}/kill`, '{}')).status).toBe(400);
    expect((await sim.request('POST', 'instances/i-0123456789abcdef0/kill', '{}')).status).toBe(404);
    expect((await sim.request('POST', `instances/${id}/kill`, '{"leaves":"ashes"}')).status).toBe(422);
  });
});

describe('the truth', () => {
  test('tells every state with its time, cause and address, and no secrets', async () => {
    const id = await running({ UserData: Buffer.from('a secret').toString('base64') });
    await sim.order(id, 'kill', { leaves: 'terminated' });
    const state = await sim.state();
    const instance = state.instances.find((each) => each.id === id);
    expect(instance?.history).toEqual([
      { at: expect.stringMatching(/Z$/), state: 'pending', cause: 'RunInstances' },
      {
        at: expect.any(String),
        state: 'running',
        cause: 'started',
        publicIp: expect.stringMatching(/^127\./),
      },
      { at: expect.any(String), state: 'terminated', cause: 'Server.InternalError' },
    ]);
    expect(JSON.stringify(state)).not.toContain(Buffer.from('a secret').toString('base64'));
  });

  test('tells when the health page answered, and what ended that', async () => {
    const id = await running();
    const told = async () => (await sim.state()).instances.find((each) => each.id === id);
    const { boot, publicIp } = (await told()) ?? {};
    expect((await told())?.answered).toEqual([
      { from: expect.stringMatching(/Z$/), to: null, bootId: boot?.id, publicIp },
    ]);
    await sim.order(id, 'stop-inside');
    await sim.advance(5);
    await sim.aws.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(10);
    await sim.order(id, 'kill', { leaves: 'impaired' });
    const after = await told();
    const stopping = after?.history.find(({ state }) => state === 'stopping');
    expect(after?.answered).toEqual([
      expect.objectContaining({ to: stopping?.at }),
      expect.objectContaining({ to: expect.any(String) }),
    ]);
  });

  test('public addresses are loopback, away from the system’s own, and never two instances’ at once', async () => {
    await sim.aws.run({ MinCount: 50, MaxCount: 50 });
    await sim.advance(10);
    const addresses = (await sim.state()).instances.flatMap(({ publicIp }) => publicIp ?? []);
    expect(addresses.length).toBeGreaterThanOrEqual(50);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses.every((address) => /^127\.\d+\./.test(address) && !address.startsWith('127.0.'))).toBe(
      true,
    );
  });

  test('of records has what is asked for and what is published', async () => {
    const { hostedZoneId } = await sim.landingZone();
    await sim.aws.change(hostedZoneId, ['UPSERT', 'truth.berth.localhost', '127.30.0.1']);
    const zone = async () => (await sim.state()).zones.find(({ id }) => id === hostedZoneId);
    const named = expect.arrayContaining([expect.objectContaining({ name: 'truth.berth.localhost.' })]);
    expect((await zone())?.records).toEqual(named);
    await sim.advance(5);
    expect((await zone())?.published).toEqual(named);
    expect((await zone())?.changes.at(-1)).toMatchObject({ insyncAt: expect.any(String) });
  });

  test('of names has every address they ever resolved to, in order', async () => {
    const { hostedZoneId } = await sim.landingZone();
    const name = 'moved.berth.localhost';
    for (const address of ['127.30.0.2', '127.30.0.3']) {
      await sim.aws.change(hostedZoneId, ['UPSERT', name, address]);
    }
    await sim.aws.change(hostedZoneId, ['DELETE', name, '127.30.0.3']);
    await sim.advance(5);
    const zone = (await sim.state()).zones.find(({ id }) => id === hostedZoneId);
    expect(zone?.publications.filter((each) => each.name === `${name}.`)).toEqual(
      [['127.30.0.2'], ['127.30.0.3'], null].map((values) => ({
        at: expect.stringMatching(/Z$/),
        name: `${name}.`,
        type: 'A',
        values,
      })),
    );
    expect(zone?.published.filter((record) => record.name === `${name}.`)).toEqual([]);
  });
});

describe('the clock over HTTP', () => {
  test('who holds for another offset hears of an advance', async () => {
    const read = async (query = '') => (await sim.request('GET', `clock${query}`)).json();
    const { offsetMilliseconds } = (await read()) as { offsetMilliseconds: number };
    const held = read(`?after=${offsetMilliseconds}`);
    await sim.advance(60);
    expect(await held).toEqual({ offsetMilliseconds: offsetMilliseconds + 60_000 });
  });

  test.each(['{"advanceSeconds":0}', '{"advanceSeconds":-1}', '{"advanceSeconds":"1"}', '{}', '[]'])(
    'refuses %s',
    async (body) => {
      expect((await sim.request('POST', 'clock', body)).status).toBe(422);
    },
  );

  test('takes no orders from web pages: those cannot send JSON elsewhere unasked', async () => {
    const response = await fetch(`${sim.simulator.endpoint}/_sim/clock`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"advanceSeconds":1}',
    });
    expect(response.status).toBe(415);
  });
});

test('an order needs no body, whatever type it claims to have', async () => {
  const id = await running();
  for (const [method, path] of [
    ['DELETE', 'faults'],
    ['POST', `instances/${id}/kill`],
  ] as const) {
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${sim.simulator.endpoint}/_sim/${path}`, { method, headers })).status).toBe(200);
  }
});

test('an unknown path of its own API is not found', async () => {
  expect((await sim.request('GET', 'nonsense')).status).toBe(404);
});
