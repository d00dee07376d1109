import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from 'amqplib';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { freePorts } from '../ports.ts';
import { readRecording } from '../recorded/recording.ts';
import { processesWith, RunningCommand } from './running-command.fixture.ts';

interface Usage {
  meter: string;
  quantity: number;
}

let home: string;
let started: RunningCommand[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'berth-serve-'));
  started = [];
});

afterEach(async () => {
  for (const command of started.reverse()) await command.interrupt();
  rmSync(home, { recursive: true });
}, 60_000);

async function run(program: 'start.ts' | 'serve.ts', ...args: string[]): Promise<RunningCommand> {
  const [port, awsPort, instancePort] = await freePorts(3);
  const command = new RunningCommand(program, args, {
    BERTH_HOME: home,
    BERTH_PORT: String(port),
    BERTH_AWS_PORT: String(awsPort),
    BERTH_SIM_INSTANCE_PORT: String(instancePort),
    AMQP_URL: undefined,
    MONGODB_URI: undefined,
  });
  started.push(command);
  return command;
}

describe('beside a system that runs', () => {
  test('a service joins as one more replica, another as the only one, and both end with the system', async () => {
    const without = 'accounts,provisioning,dns,state-tracking,billing,gateway';
    const system = await run('start.ts', '--without', without);
    await system.line(/Ctrl-C stops everything/);
    expect(statSync(join(home, 'running.json')).mode & 0o777).toBe(0o600);

    const replica = await run('serve.ts', 'catalog');
    await replica.line(/one more replica of catalog/);
    await replica.line(/^ {2}ready .*catalog/);

    const only = await run('serve.ts', 'billing');
    await only.line(/This is its only billing/);
    await only.line(/^ {2}ready .*billing/);

    expect(await system.interrupt()).toBe(0);
    expect(await Promise.all([replica.exit, only.exit])).toEqual([0, 0]);
    expect(only.lines).toContain('Berth has stopped, and so does this.');
    expect(processesWith(home)).toEqual([]);
  }, 90_000);
});

describe('beside a recording', () => {
  test('billing hears what was said to it then, bills the same, and Ctrl-C leaves no process', async () => {
    const billing = await run('serve.ts', 'billing', '--recorded');
    const [, mongoUri = ''] = await billing.line(/database\s+(\S+)/);
    const [, amqpUrl = ''] = await billing.line(/broker\s+(\S+)/);
    await billing.line(/recording {2}is over/);

    const recorded = readRecording()
      .said.filter(({ type }) => type === 'berth.usage.recorded.v1')
      .map(({ body }) => body as Usage);
    expect(recorded.length).toBeGreaterThan(1);
    await expectUsage(mongoUri, recorded);
    expect(await deadLetters(amqpUrl)).toBe(0);

    expect(await billing.interrupt()).toBe(0);
    expect(processesWith(home)).toEqual([]);
  }, 90_000);

  test('a name that is no service is refused, with those that are', async () => {
    const command = await run('serve.ts', 'biling');
    expect(await command.exit).toBe(1);
    expect(command.lines.join()).toMatch(/no service biling.*accounts, catalog/);
  });
});

async function expectUsage(mongoUri: string, recorded: readonly Usage[]): Promise<void> {
  const connection = await mongoose.createConnection(mongoUri, { dbName: 'berth_billing' }).asPromise();
  try {
    const stored = await connection.collection<Usage>('usage_records').find().toArray();
    expect(minutes(stored)).toEqual(minutes(recorded));
  } finally {
    await connection.close();
  }
}

/** What was billed in all: minutes of compute, GiB-minutes of disk. */
const minutes = (records: readonly Usage[]) =>
  Object.fromEntries(
    ['compute', 'disk'].map((meter) => [
      meter,
      records.filter((each) => each.meter === meter).reduce((sum, { quantity }) => sum + quantity, 0),
    ]),
  );

async function deadLetters(amqpUrl: string): Promise<number> {
  const connection = await connect(amqpUrl);
  try {
    const channel = await connection.createChannel();
    return (await channel.checkQueue('billing.dead-letters')).messageCount;
  } finally {
    await connection.close();
  }
}
