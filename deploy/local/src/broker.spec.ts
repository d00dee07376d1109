import { afterAll, beforeAll, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from './broker.ts';

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'berth-broker-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('a private node keeps what was confirmed over a restart, and leaves no process behind', async () => {
  const first = await startBroker({ home });
  const connection = await amqp.connect(first.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue('kept', Buffer.from('still here'), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
  const pids = first.children.map(({ pid }) => pid);
  await first.stop();
  expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);

  const second = await startBroker({ home });
  try {
    const again = await amqp.connect(second.url);
    const message = await (await again.createChannel()).get('kept', { noAck: true });
    expect(message && message.content.toString()).toBe('still here');
    await again.close();
  } finally {
    await second.stop();
  }
}, 120_000);
