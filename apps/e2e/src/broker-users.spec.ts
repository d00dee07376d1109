import { broker, type TestBroker } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type Channel } from 'amqplib';
import { BrokerUsers } from '@berth/local';

let rabbit: TestBroker;
let users: BrokerUsers;

beforeAll(async () => {
  rabbit = await broker();
  users = new BrokerUsers(rabbit.vhost, `${rabbit.vhost}-`);
  await rabbit.define(users.definitions);
  // As the services themselves lay them out.
  await as('billing', async (channel) => {
    for (const exchange of ['berth.events', 'berth.commands', 'berth.usage'])
      await channel.assertExchange(exchange, 'topic', { durable: true });
    for (const queue of ['events', 'commands', 'requests'])
      await channel.assertQueue(`billing.${queue}`, { durable: true });
  });
});
afterAll(() => rabbit?.stop());

/** Does something as a service; rejects with what the broker says of it. */
async function as<Result>(service: string, work: (channel: Channel) => Promise<Result>): Promise<Result> {
  const connection = await connect(users.urlFor(service, rabbit.url));
  connection.on('error', () => {});
  try {
    const channel = await connection.createConfirmChannel();
    const refused = new Promise<never>((_, refuse) => channel.on('error', refuse));
    return await Promise.race([
      refused,
      work(channel).then(async (result) => {
        await channel.waitForConfirms();
        return result;
      }),
    ]);
  } finally {
    await connection.close().catch(() => {});
  }
}

const outcome = (service: string, work: (channel: Channel) => Promise<unknown>) =>
  as(service, work).then(
    () => 'done',
    (error: { code?: number }) => error.code,
  );
const ACCESS_REFUSED = 403;
const publish = (exchange: string, type: string) => async (channel: Channel) =>
  void channel.publish(exchange, type, Buffer.from('{}'));

describe('dns', () => {
  test.each<[string, (channel: Channel) => Promise<unknown>]>([
    ['take messages from a queue of billing', (channel) => channel.get('billing.events')],
    ['consume one', (channel) => channel.consume('billing.commands', () => {})],
    ['empty one', (channel) => channel.purgeQueue('billing.events')],
    ['remove one', (channel) => channel.deleteQueue('billing.events')],
    ['make one under its name', (channel) => channel.assertQueue('billing.others')],
    [
      'bind one to what it would like billing to hear',
      (channel) => channel.bindQueue('billing.events', 'berth.events', 'x'),
    ],
    [
      'hear what it does not handle',
      async (channel) => {
        await channel.assertQueue('dns.events', { durable: true });
        await channel.bindQueue('dns.events', 'berth.events', 'berth.account.changed.v1');
      },
    ],
    [
      'hear everything',
      async (channel) => {
        await channel.assertQueue('dns.events', { durable: true });
        await channel.bindQueue('dns.events', 'berth.events', '#');
      },
    ],
    ['say what accounts says', publish('berth.events', 'berth.account.changed.v1')],
    ['order what is not its to order', publish('berth.commands', 'berth.accounts.set-standing.v1')],
    ['say what was used', publish('berth.usage', 'berth.usage.recorded.v1')],
  ])('may not %s', async (_, work) => {
    expect(await outcome('dns', work)).toBe(ACCESS_REFUSED);
  });

  test('may do what it has to', async () => {
    expect(
      await outcome('dns', async (channel) => {
        await channel.assertQueue('dns.commands', { durable: true });
        await channel.bindQueue('dns.commands', 'berth.commands', 'berth.dns.set-record.v1');
        await channel.consume('dns.commands', () => {});
        await channel.checkQueue('billing.requests');
        channel.publish('berth.events', 'berth.dns.record-in-sync.v1', Buffer.from('{}'));
      }),
    ).toBe('done');
  });
});

test('a user of one virtual host is nobody in another', async () => {
  const other = await broker();
  try {
    const url = new URL(users.urlFor('dns', rabbit.url));
    url.pathname = `/${other.vhost}`;
    await expect(connect(url.href)).rejects.toThrow();
  } finally {
    await other.stop();
  }
});

test('a wrong password lets nobody in', async () => {
  const url = new URL(users.urlFor('dns', rabbit.url));
  url.password = 'guessed';
  await expect(connect(url.href)).rejects.toThrow(/ACCESS[-_]REFUSED/);
});
