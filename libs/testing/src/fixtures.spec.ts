import { expect, test } from '@jest/globals';
import { connect } from 'amqplib';
import { broker } from './broker.ts';
import { database } from './database.ts';
import { eventually } from './eventually.ts';

test('two databases know nothing of each other', async () => {
  const [one, other] = await Promise.all([database(), database()]);
  await one.connection.collection('things').insertOne({ name: 'a' });
  expect(await one.connection.collection('things').countDocuments()).toBe(1);
  expect(await other.connection.collection('things').countDocuments()).toBe(0);
  await one.stop();
  await other.stop();
});

test('a broker is a world of its own, which can be broken', async () => {
  const rabbit = await broker();
  expect(() => rabbit.killConnections()).toThrow('no connection');
  const connection = await connect(rabbit.url);
  connection.on('error', () => {});
  const channel = await connection.createChannel();
  await channel.assertQueue('box', { durable: true });
  await channel.assertExchange('berth.events', 'topic');
  await channel.bindQueue('box', 'berth.events', 'a.#');
  const tap = await rabbit.bindTap('berth.events', 'a.*');
  await rabbit.publish('berth.events', 'a.b', '{"n":1}', { type: 'a.b', headers: { x: 'y' } });
  await eventually(() =>
    expect(tap.messages).toEqual([expect.objectContaining({ type: 'a.b', data: { n: 1 } })]),
  );
  expect(await rabbit.queue('box')).toEqual({ messages: 1, consumers: 0, bindings: ['berth.events a.#'] });
  await rabbit.purgeQueue('box');
  expect((await rabbit.queue('box'))?.messages).toBe(0);
  const closed = new Promise((resolve) => connection.once('close', resolve));
  rabbit.killConnections();
  await closed;
  await rabbit.deleteQueue('box');
  expect(await rabbit.queue('box')).toBeUndefined();
  await rabbit.stop();
  await expect(connect(rabbit.url)).rejects.toThrow();
});

test('a broker without an address says how to run the specs', async () => {
  const { AMQP_URL } = process.env;
  delete process.env['AMQP_URL'];
  try {
    await expect(broker()).rejects.toThrow('npm test');
  } finally {
    process.env['AMQP_URL'] = AMQP_URL;
  }
});
