import {
  DescribeInstancesCommand,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { eventually } from '@berth/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { refusal } from './conformance/target.ts';
import { Fixture } from './fixture.ts';

let sim: Fixture;
beforeAll(async () => {
  sim = await Fixture.start(
    { BERTH_SIM_SPEED: '10', BERTH_SIM_THROTTLING: 'off', BERTH_SIM_BOOT_SECONDS: '60' },
    eventually,
  );
});
afterAll(() => sim.stop());
afterEach(() => sim.noFaults());

const tagged = (...Tags: Tag[]) => ({ TagSpecifications: [{ ResourceType: 'instance' as const, Tags }] });
const start = (id: string) => sim.aws.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
const stop = (id: string) => sim.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));

async function launched(overrides: Parameters<Fixture['aws']['run']>[0] = {}): Promise<string> {
  const { InstanceId = '' } = await sim.aws.run(overrides);
  await sim.advance(10);
  return InstanceId;
}

const instances = async () => (await sim.state()).instances;

describe('a rule', () => {
  test('refuses as many calls as it says, before any work', async () => {
    const error = { code: 'InternalError', status: 500 };
    await sim.faults({ rules: [{ operation: 'RunInstances', error, times: 2 }] });
    const before = (await instances()).length;
    expect(await refusal(sim.aws.run())).toBe('InternalError');
    expect(await refusal(sim.aws.run())).toBe('InternalError');
    expect((await instances()).length).toBe(before);
    expect(await refusal(sim.aws.run())).toBe('no error');
  });

  test('answers with the status it names, in the form of the service', async () => {
    const { hostedZoneId } = await sim.landingZone();
    await sim.faults({
      rules: [
        {
          operation: '*',
          error: { code: 'ServiceUnavailable', status: 503, message: 'later' },
          always: true,
        },
      ],
    });
    const ec2 = sim.aws.ec2.send(new DescribeInstancesCommand({}));
    const route53 = sim.aws.change(hostedZoneId, ['UPSERT', 'x.berth.localhost', '127.20.0.1']);
    for (const call of [ec2, route53]) {
      await expect(call).rejects.toMatchObject({
        name: 'ServiceUnavailable',
        message: 'later',
        $metadata: { httpStatusCode: 503 },
      });
    }
  });

  test('hits only what it is about', async () => {
    const mine = await launched(tagged({ Key: 'owner', Value: 'me' }));
    const other = await launched(tagged({ Key: 'owner', Value: 'you' }));
    const error = { code: 'Unlucky' };
    await sim.faults({
      rules: [
        { operation: 'StopInstances', where: { tag: { key: 'owner', value: 'me' } }, error, always: true },
        {
          operation: 'RunInstances',
          where: { instanceType: 'm5.large', zone: 'eu-central-1a' },
          error,
          always: true,
        },
        {
          operation: 'ChangeResourceRecordSets',
          where: { recordName: 'bad.berth.localhost' },
          error,
          always: true,
        },
      ],
    });
    expect(await refusal(stop(mine))).toBe('Unlucky');
    expect(await refusal(stop(other))).toBe('no error');
    expect(await refusal(sim.aws.run({ InstanceType: 'm5.large' }))).toBe('Unlucky');
    expect(await refusal(sim.aws.run({ InstanceType: 't3.large' }))).toBe('no error');
    const { hostedZoneId } = await sim.landingZone();
    const change = (name: string) => sim.aws.change(hostedZoneId, ['UPSERT', name, '127.20.0.1']);
    expect(await refusal(change('Bad.berth.localhost'))).toBe('Unlucky');
    expect(await refusal(change('good.berth.localhost'))).toBe('no error');
  });

  test('hits a part of the calls when it has a probability; the others count for nothing', async () => {
    const error = { code: 'Unlucky' };
    const describe = () => refusal(sim.aws.ec2.send(new DescribeInstancesCommand({ MaxResults: 5 })));
    await sim.faults({ rules: [{ operation: 'DescribeInstances', probability: 0.3, error, times: 20 }] });
    const answers: string[] = [];
    for (let call = 0; call < 150; call++) answers.push(await describe());
    expect(answers.filter((answer) => answer === 'Unlucky')).toHaveLength(20);
    expect(answers.lastIndexOf('Unlucky')).toBeGreaterThan(35);
  });

  test('may lose the answer of work that is done: a replay with the client token finds it', async () => {
    await sim.faults({ rules: [{ operation: 'RunInstances', afterWork: true, times: 1 }] });
    const before = (await instances()).length;
    const ClientToken = 'lost-answer';
    await expect(sim.aws.run({ ClientToken })).rejects.toThrow(/socket hang up|ECONNRESET/);
    const { InstanceId } = await sim.aws.run({ ClientToken });
    const after = await instances();
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)?.id).toBe(InstanceId);
  });

  test('may answer an error although the work is done', async () => {
    const id = await launched();
    const error = { code: 'InternalError', status: 500 };
    await sim.faults({ rules: [{ operation: 'StopInstances', afterWork: true, error, times: 1 }] });
    expect(await refusal(stop(id))).toBe('InternalError');
    await sim.advance(5);
    expect((await instances()).find((instance) => instance.id === id)?.state).toBe('stopped');
  });

  test('may make a call slow, in virtual time', async () => {
    await sim.faults({ rules: [{ operation: 'DescribeInstances', delaySeconds: 3000, times: 1 }] });
    let answered = false;
    const slow = sim.aws.ec2.send(new DescribeInstancesCommand({})).then(() => (answered = true));
    await sim.aws.ec2.send(new DescribeInstancesCommand({}));
    expect(answered).toBe(false);
    await sim.advance(3001);
    await expect(slow).resolves.toBe(true);
  });
});

describe('capacity', () => {
  test('none is InsufficientInstanceCapacity with HTTP 500, until there is some', async () => {
    await sim.faults({ capacity: { 'eu-central-1a/r5.large': 0 } });
    const launch = () => sim.aws.run({ InstanceType: 'r5.large', ClientToken: 'capacity' });
    await expect(launch()).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
      $metadata: { httpStatusCode: 500 },
    });
    await sim.noFaults();
    expect(await refusal(launch())).toBe('no error');
  });

  test('is for what is on at once; a start needs it too', async () => {
    await sim.faults({ capacity: { '*/r5.xlarge': 1 } });
    const first = await launched({ InstanceType: 'r5.xlarge' });
    expect(await refusal(sim.aws.run({ InstanceType: 'r5.xlarge' }))).toBe('InsufficientInstanceCapacity');
    await stop(first);
    await sim.advance(5);
    const second = await launched({ InstanceType: 'r5.xlarge' });
    expect(await refusal(start(first))).toBe('InsufficientInstanceCapacity');
    await stop(second);
    await sim.advance(5);
    expect(await refusal(start(first))).toBe('no error');
  });

  test('a launch of several gets as many as there are, if that is enough', async () => {
    await sim.faults({ capacity: { 'eu-central-1a/*': 99, '*/c5.large': 3 } });
    await sim.aws.run({ InstanceType: 'c5.large', MinCount: 2, MaxCount: 5 });
    const launchedNow = (await instances()).filter((instance) => instance.instanceType === 'c5.large');
    expect(launchedNow).toHaveLength(3);
  });
});

describe('notifications', () => {
  async function received(): Promise<string[]> {
    const { queueUrl: QueueUrl } = await sim.landingZone();
    const states: string[] = [];
    for (;;) {
      const { Messages = [] } = await sim.aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return states;
      for (const { Body = '', ReceiptHandle } of Messages) {
        states.push(JSON.parse(JSON.parse(Body).Message).detail.state);
        await sim.aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  test('may all be lost', async () => {
    await sim.advance(10);
    await received();
    await sim.faults({ notifications: { drop: 1 } });
    await launched();
    expect(await received()).toEqual([]);
  });

  test('may all come twice', async () => {
    await received();
    await sim.faults({ notifications: { duplicate: 1 } });
    await launched();
    expect(await received()).toEqual(['pending', 'pending', 'running', 'running']);
  });

  test('may come as often as the script says', async () => {
    await received();
    await sim.faults({ notifications: { duplicate: 1, copies: 5 } });
    await launched();
    expect((await received()).sort()).toEqual([...Array(5).fill('pending'), ...Array(5).fill('running')]);
  });

  test('may come late', async () => {
    await received();
    await sim.faults({ notifications: { delay: 1, delaySeconds: 100 } });
    await launched();
    expect(await received()).toEqual([]);
    await sim.advance(100);
    expect(await received()).toEqual(['pending', 'running']);
  });

  test('of EC2 come when only those of the agents are lost', async () => {
    await received();
    await sim.faults({ notifications: { source: 'agent', drop: 1 } });
    await launched();
    expect(await received()).toEqual(['pending', 'running']);
  });
});

describe('boots', () => {
  const ready = async (id: string) => (await instances()).find((instance) => instance.id === id)?.ready;

  test('the next ones never get ready, the one after does', async () => {
    await sim.faults({ boots: { never_ready: { next: 2 } } });
    const ids = [await launched(), await launched(), await launched()];
    await sim.advance(120);
    expect(await Promise.all(ids.map(ready))).toEqual([false, false, true]);
  });

  test('a part of them fails', async () => {
    await sim.faults({ boots: { failed: { probability: 0.5 } } });
    const ids = await Promise.all(Array.from({ length: 20 }, () => launched()));
    await sim.advance(120);
    const outcomes = await Promise.all(ids.map(ready));
    expect(new Set(outcomes)).toEqual(new Set([true, false]));
  });

  test('those with a tag fail, each time', async () => {
    await sim.faults({ boots: { failed: { tag: { key: 'doomed' } } } });
    const id = await launched(tagged({ Key: 'doomed', Value: 'yes' }));
    await sim.advance(120);
    expect(await ready(id)).toBe(false);
    await sim.aws.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(120);
    expect(await ready(id)).toBe(false);
    await sim.noFaults();
    await sim.aws.ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    await sim.advance(120);
    expect(await ready(id)).toBe(true);
  });
});

test('what was just made stays hidden as long as the script says', async () => {
  await sim.faults({ hiddenSeconds: 60 });
  const id = await launched();
  const describe = () => refusal(sim.aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })));
  await sim.advance(45);
  expect(await describe()).toBe('InvalidInstanceID.NotFound');
  await sim.advance(10);
  expect(await describe()).toBe('no error');
});

describe('a bad script', () => {
  test.each([
    ['an unknown field', { rulez: [] }, 422],
    ['a rule without an end', { rules: [{ operation: 'RunInstances', error: { code: 'X' } }] }, 422],
    ['a rule that does nothing', { rules: [{ operation: 'RunInstances', times: 1 }] }, 422],
    ['a probability of two', { notifications: { drop: 2 } }, 422],
    [
      'a rule that never hits',
      { rules: [{ operation: '*', afterWork: true, always: true, probability: 0 }] },
      422,
    ],
    ['a capacity without a type', { capacity: { 'eu-central-1a': 1 } }, 422],
  ])('with %s is refused and changes nothing', async (_what, script, status) => {
    await sim.faults({ capacity: { '*/*': 7 } });
    const response = await sim.request('PUT', 'faults', JSON.stringify(script));
    expect(response.status).toBe(status);
    expect(await (await sim.request('GET', 'faults')).json()).toMatchObject({ capacity: { '*/*': 7 } });
  });

  test('that is no JSON is refused', async () => {
    expect((await sim.request('PUT', 'faults', '{')).status).toBe(400);
  });
});
