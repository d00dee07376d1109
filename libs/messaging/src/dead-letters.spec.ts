import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { connect } from 'amqplib';
import { event } from '@berth/contracts';
import { newId } from '@berth/mongo';
import { broker, Child, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { deadLettersCommand, WrongUsage } from './dead-letters.command.ts';
import { DeadLetters, type DeadLetter } from './dead-letters.ts';
import { OnEvent } from './handlers.ts';
import { startService } from './service.fixture.ts';

const Ordered = event('berth.dead-letters-spec.ordered.v1', z.object({ number: z.number() }));

let broken = true;
let handled: number[] = [];

@Controller()
class Shipping {
  @OnEvent(Ordered)
  ordered({ number }: { number: number }) {
    if (broken) throw new Error('no stock\u001b[2J');
    handled.push(number);
  }
}

describe('the command for dead letters', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;

  const run = (...args: string[]) => deadLettersCommand(args, { AMQP_URL: rabbit.url });
  const letters = () => app.get(DeadLetters);
  const listed = async () => JSON.parse(await run('billing', 'list', '--json')) as DeadLetter[];

  /** Sends events whose last attempt fails, and returns their ids. */
  async function die(...numbers: number[]): Promise<string[]> {
    const ids = numbers.map(() => newId('msg'));
    for (const [index, id] of ids.entries()) {
      await rabbit.publish('', 'billing.events', JSON.stringify({ number: numbers[index] }), {
        messageId: id,
        type: Ordered.type,
        headers: { 'cloudEvents:id': id, 'cloudEvents:type': Ordered.type, 'berth-attempt': 10 },
      });
    }
    await eventually(async () => expect(await listed()).toHaveLength(numbers.length));
    return ids;
  }

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Shipping] });
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });
  afterEach(async () => {
    broken = true;
    handled = [];
    await rabbit.purgeQueue('billing.dead-letters');
  });

  test('lists them, a line each, oldest first, and leaves them where they are', async () => {
    expect(await run('billing', 'list')).toBe('No dead letters');
    const ids = await die(1, 2);
    const [head, ...lines] = (await run('billing', 'list')).split('\n');
    expect(head).toMatch(/^ID +TYPE +QUEUE +REASON +ATTEMPTS +DEAD SINCE +ERROR$/);
    expect(lines).toEqual(
      ids.map((id) =>
        expect.stringMatching(
          `^${id}  ${Ordered.type}  billing\\.events  failed  10 {8}\\d{4}-\\S+Z  Error: no stock`,
        ),
      ),
    );
    expect((await listed()).map(({ id }) => id)).toEqual(ids);
  });

  test('shows one with its stack and body, and nothing that a terminal would obey', async () => {
    const [id = ''] = await die(3);
    const shown = await run('billing', 'show', id);
    expect(shown).toMatch(/^reason +failed$/m);
    expect(shown).toContain('dead-letters.spec.ts');
    expect(shown).toContain('{\n  "number": 3\n}');
    expect(shown).not.toContain('\u001b');
    expect(JSON.parse(await run('billing', 'show', id, '--json'))).toMatchObject({
      id,
      body: '{"number":3}',
    });
  });

  test('shows all to each of several who look at once, in one process and in others', async () => {
    const ids = await die(20, 21, 22);
    const looks = [listed(), listed(), letters().list(), letters().list(), letters().find(ids[2] ?? '')];
    const [one, two, three, four, found] = await Promise.all(looks);
    for (const seen of [one, two, three, four])
      expect(seen).toEqual(ids.map((id) => expect.objectContaining({ id })));
    expect(found).toMatchObject({ id: ids[2] });
    expect(await rabbit.queues()).not.toContain('billing.dead-letters.visited');
  });

  test('is not kept waiting by one who was killed while looking', async () => {
    await die(23);
    const killed = await connect(rabbit.url);
    // It never learns that it is dead, but by its heartbeat.
    killed.on('error', () => {});
    const channel = await killed.createChannel();
    await channel.assertQueue('billing.dead-letters.visited', { exclusive: true });
    await channel.get('billing.dead-letters');
    const listing = listed();
    (killed.connection as unknown as { stream: Socket }).stream.destroy();
    expect(await listing).toHaveLength(1);
  });

  test('puts back all others when one cannot be, and one that lies there twice only once', async () => {
    const [id = ''] = await die(24, 25);
    const twice = { messageId: id, type: Ordered.type, headers: { 'berth-queue': 'billing.events' } };
    await rabbit.publish('', 'billing.dead-letters', '{"number":24}', twice);
    expect(await listed()).toHaveLength(2);
    await rabbit.publish('', 'billing.dead-letters', '{}', { headers: { 'berth-queue': 'billing.absent' } });
    broken = false;
    await expect(letters().replayAll()).rejects.toThrow(
      '1 letters of billing.dead-letters stay there: Unroutable: No queue takes billing.absent',
    );
    await eventually(() => expect(handled.sort()).toEqual([24, 25]));
    expect(await listed()).toEqual([expect.objectContaining({ queue: 'billing.absent' })]);
  });

  test('replays one, and then it is gone', async () => {
    const [id = ''] = await die(4, 5);
    broken = false;
    expect(await run('billing', 'replay', id)).toBe(`${id} is put back into its queue`);
    await eventually(() => expect(handled).toEqual([4]));
    expect(await listed()).toHaveLength(1);
    await expect(run('billing', 'replay', id)).rejects.toThrow(`There is no dead letter ${id}`);
    await expect(run('billing', 'show', id)).rejects.toThrow(`There is no dead letter ${id}`);
  });

  test('replays all, also those of a service that does not run', async () => {
    await die(6, 7, 8);
    broken = false;
    await app.close();
    expect(await run('billing', 'replay', '--all', '--json')).toBe('{"replayed":3}');
    expect(await listed()).toEqual([]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Shipping] });
    await eventually(() => expect(handled.sort()).toEqual([6, 7, 8]));
    expect(await run('billing', 'replay', '--all')).toBe('0 put back into their queues');
  });

  test.each([
    [[], 'Which service?'],
    [['biling', 'list'], 'There is no service biling'],
    [['billing'], 'What is to be done?'],
    [['billing', 'replay'], 'What is to be done?'],
    [['billing', 'replay', 'msg_1', '--all'], 'What is to be done?'],
    [['billing', 'list', '--jsn'], '--jsn'],
  ])('explains itself when it is called with %j', async (args, problem) => {
    const called = run(...args);
    await expect(called).rejects.toBeInstanceOf(WrongUsage);
    await expect(called).rejects.toThrow(problem);
    await expect(called).rejects.toThrow('Usage: dead-letters <service> list');
  });

  test('says which queue or variable is missing', async () => {
    await expect(run('dns', 'list')).rejects.toThrow('There is no queue dns.dead-letters');
    await expect(deadLettersCommand(['dns', 'list'], {})).rejects.toThrow('AMQP_URL is not set');
  });

  test('exits with 0, with 1 when it could not be done, with 2 when it was not understood', async () => {
    const [id = ''] = await die(9);
    const ended = async (...args: string[]) => {
      const file = new URL('./dead-letters.cli.ts', import.meta.url);
      const child = Child.start(file, { AMQP_URL: rabbit.url }, args);
      return [await child.ended, child.lines[0]];
    };
    // One after the other: a letter that one looks at is hidden from the other.
    expect([
      await ended('billing', 'show', id),
      await ended('billing', 'show', 'msg_absent'),
      await ended('billing', 'burn', id),
    ]).toEqual([
      [0, expect.stringContaining(id)],
      [1, 'There is no dead letter msg_absent'],
      [2, 'What is to be done?'],
    ]);
  });
});
