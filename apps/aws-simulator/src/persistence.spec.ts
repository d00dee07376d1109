import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventually } from '@berth/testing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { configOf } from './config.ts';
import { Target } from './conformance/target.ts';
import type { LandingZone } from './landing-zone.ts';
import { startSimulator } from './simulator.ts';

interface Running {
  child: ChildProcess;
  endpoint: string;
  aws: Target;
  /** As a power cord pulled from the process: no handler runs. */
  kill(): Promise<void>;
}

let folder: string;
const running: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-sim-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.kill()));
  rmSync(folder, { recursive: true, force: true });
});

function spawned(environment: Record<string, string>): ChildProcess {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  return spawn(
    process.execPath,
    ['--conditions=@berth/source', '--disable-warning=ExperimentalWarning', main],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        BERTH_AWS_PORT: '0',
        BERTH_SIM_INSTANCE_PORT: '0',
        BERTH_SIM_STATE: folder,
        BERTH_SIM_THROTTLING: 'off',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

async function start(environment: Record<string, string> = {}): Promise<Running> {
  const child = spawned(environment);
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { endpoint } = JSON.parse(line) as { endpoint: string };
    const aws = new Target(endpoint, eventually, { maxAttempts: 1 });
    const kill = async () => {
      aws.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    running.push({ child, endpoint, aws, kill });
    return { child, endpoint, aws, kill };
  }
  throw new Error('the simulator did not start');
}

const landingZone = async ({ endpoint }: Running) =>
  (await (await fetch(`${endpoint}/_sim/landing-zone`)).json()) as LandingZone;
const control = async ({ endpoint }: Running, method: string, path: string, body: object) =>
  fetch(`${endpoint}/_sim/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a killed simulator', () => {
  test('restarts with every launch that it has answered, once', async () => {
    const before = await start();
    const [ImageId, SubnetId] = await Promise.all([before.aws.imageId(), before.aws.subnetId()]);
    const request = (ClientToken: string) =>
      new RunInstancesCommand({
        ImageId,
        SubnetId,
        ClientToken,
        InstanceType: 't3.small',
        MinCount: 1,
        MaxCount: 1,
      });
    const answered = new Map<string, string>();
    const load = Array.from({ length: 200 }, async (_, index) => {
      const { Instances } = await before.aws.ec2.send(request(`token-${index}`));
      answered.set(`token-${index}`, Instances?.[0]?.InstanceId ?? '');
    });
    await eventually(() => answered.size > 20);
    await before.kill();
    await Promise.allSettled(load);
    expect(answered.size).toBeLessThan(200);

    const after = await start();
    for (const [token, id] of answered) {
      const { Instances } = await after.aws.ec2.send(request(token));
      expect(Instances?.[0]?.InstanceId).toBe(id);
    }
    await eventually(async () => {
      const { Reservations = [] } = await after.aws.ec2.send(new DescribeInstancesCommand({}));
      const byToken = new Map(
        Reservations.flatMap(({ Instances = [] }) => Instances).map((each) => [each.ClientToken, each]),
      );
      expect(byToken.size).toBe(Reservations.length);
      return [...answered.keys()].every((token) => byToken.get(token)?.State?.Name === 'running');
    });
  });

  test('keeps its landing zone, clock, faults, messages, objects and records, and what is due goes on', async () => {
    const environment = { BERTH_SIM_BOOT_SECONDS: '200' };
    const before = await start(environment);
    const zone = await landingZone(before);
    await control(before, 'PUT', 'faults', {
      capacity: { '*/t3.nano': 0 },
      notifications: { source: 'ec2', drop: 1 },
    });
    await control(before, 'POST', 'clock', { advanceSeconds: 1000 });
    await before.aws.sns.send(new PublishCommand({ TopicArn: zone.topicArn, Message: 'kept' }));
    const object = { Bucket: zone.invoiceBucket, Key: 'a/kept.pdf' };
    await before.aws.s3.send(new PutObjectCommand({ ...object, Body: 'kept' }));
    await before.aws.change(zone.hostedZoneId, ['UPSERT', 'kept.berth.localhost', '127.20.0.1']);
    const { InstanceId = '' } = await before.aws.run();
    await before.kill();

    const after = await start(environment);
    expect(await landingZone(after)).toEqual({
      ...zone,
      queueUrl: zone.queueUrl.replace(before.endpoint, after.endpoint),
    });
    expect(await (await fetch(`${after.endpoint}/_sim/clock`)).json()).toEqual({
      offsetMilliseconds: 1_000_000,
    });
    expect(await (await fetch(`${after.endpoint}/_sim/faults`)).json()).toMatchObject({
      capacity: { '*/t3.nano': 0 },
    });
    const receive = new ReceiveMessageCommand({ QueueUrl: (await landingZone(after)).queueUrl });
    const [message] = (await after.aws.sqs.send(receive)).Messages ?? [];
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ Message: 'kept' });
    const kept = await after.aws.s3.send(new GetObjectCommand(object));
    expect(await kept.Body?.transformToString()).toBe('kept');
    await control(after, 'POST', 'clock', { advanceSeconds: 100 });
    expect((await after.aws.instance(InstanceId)).State?.Name).toBe('running');
    const state = (await (await fetch(`${after.endpoint}/_sim/state`)).json()) as {
      zones: { published: unknown }[];
    };
    expect(state.zones[0]?.published).toContainEqual(
      expect.objectContaining({ name: 'kept.berth.localhost.' }),
    );
  });
});

describe('the process', () => {
  test('ends with a message when a variable is bad', async () => {
    const child = spawned({ BERTH_SIM_SPEED: 'fast' });
    let message = '';
    child.stderr?.on('data', (data: Buffer) => (message += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, message]).toEqual([1, expect.stringContaining('BERTH_SIM_SPEED')]);
  });

  test('does not start where another one is, on its ports or in its folder', async () => {
    const free = { BERTH_AWS_PORT: '0', BERTH_SIM_INSTANCE_PORT: '0' };
    const first = await startSimulator(configOf({ ...free, BERTH_SIM_STATE: folder }));
    const { port } = new URL(first.endpoint);
    const onPort = startSimulator(configOf({ ...free, BERTH_AWS_PORT: port }));
    await expect(onPort).rejects.toThrow(port);
    const onInstancePort = startSimulator(
      configOf({ ...free, BERTH_SIM_INSTANCE_PORT: `${first.instancePort}` }),
    );
    await expect(onInstancePort).rejects.toThrow(`${first.instancePort}`);
    const inFolder = startSimulator(configOf({ ...free, BERTH_SIM_STATE: folder }));
    await expect(inFolder).rejects.toThrow('in use by another simulator');
    await first.stop();
    const next = await startSimulator(configOf({ ...free, BERTH_SIM_STATE: folder }));
    await next.stop();
  });

  test('ends at once on SIGTERM, also while a client holds on', async () => {
    const simulator = await start();
    const { queueUrl: QueueUrl } = await landingZone(simulator);
    const held = simulator.aws.sqs
      .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
      .catch(() => 'cut');
    const holding = fetch(`${simulator.endpoint}/_sim/clock?after=0`).catch(() => 'cut');
    const started = performance.now();
    simulator.child.kill('SIGTERM');
    const [code] = (await once(simulator.child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(performance.now() - started).toBeLessThan(2000);
    await Promise.all([held, holding]);
  });
});
