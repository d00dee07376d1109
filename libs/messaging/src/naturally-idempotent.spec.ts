import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, event, type DataOf } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { DeadLetters } from './dead-letters.ts';
import { OnCommand, OnEvent } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Data = z.object({ number: z.number() });
const Note = command('billing', 'berth.billing.idempotent-spec-note.v1', Data);
const Tell = command('billing', 'berth.billing.idempotent-spec-tell.v1', Data);
const Both = command('billing', 'berth.billing.idempotent-spec-both.v1', Data);
const Told = event('berth.idempotent-spec.told.v1', Data);

/** What the handler does, set by each test; and every call of it. */
let onNote: (number: number) => unknown = () => {};
let calls: string[] = [];

@Controller()
class Notes {
  constructor(
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
  ) {}

  @OnCommand(Note, { naturallyIdempotent: true })
  async note({ number }: DataOf<typeof Note>) {
    calls.push(`note ${number}`);
    expect(this.transactions.inTransaction()).toBe(false);
    await onNote(number);
  }

  @OnEvent(Told, { naturallyIdempotent: true, inTurn: () => 'one' })
  async told({ number }: DataOf<typeof Told>) {
    calls.push(`begin ${number}`);
    await onNote(number);
    calls.push(`end ${number}`);
  }

  @OnCommand(Tell, { naturallyIdempotent: true })
  tell(data: DataOf<typeof Tell>) {
    return this.transactions.run(() => this.outbox.publish(Told, data));
  }

  @OnCommand(Both, { naturallyIdempotent: true })
  first({ number }: DataOf<typeof Both>) {
    calls.push(`first ${number} ${this.transactions.inTransaction()}`);
  }

  @OnCommand(Both)
  second({ number }: DataOf<typeof Both>) {
    calls.push(`second ${number} ${this.transactions.inTransaction()}`);
  }
}

describe('a handler that is idempotent by itself', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;

  const give = (type: string, number: number, { id = newId('msg'), attempt = 1, queue = 'commands' } = {}) =>
    rabbit.publish('', `billing.${queue}`, JSON.stringify({ number }), {
      messageId: id,
      type,
      headers: { 'cloudEvents:id': id, 'cloudEvents:type': type, 'berth-attempt': attempt },
    });
  const notesOf = (id: string) =>
    mongo.connection.collection('inbox').countDocuments({ _id: { $regex: id } as never });

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Notes] });
  });
  afterAll(async () => {
    await app?.close();
    await Promise.all([rabbit?.stop(), mongo?.stop()]);
  });
  beforeEach(() => {
    onNote = () => {};
    calls = [];
  });

  test('runs each time the message comes, without a transaction and a note in the inbox', async () => {
    const id = newId('msg');
    await give(Note.type, 1, { id });
    await give(Note.type, 1, { id });
    await eventually(() => expect(calls).toEqual(['note 1', 'note 1']));
    expect(await notesOf(id)).toBe(0);
    // With a note of this id, it would count as handled.
    await give(Both.type, 1, { id });
    await eventually(async () => expect(await notesOf(id)).toBe(1));
    expect(calls.slice(2)).toEqual(['first 1 true', 'second 1 true']);
  });

  test('is tried again when it throws', async () => {
    let isFirst = true;
    onNote = () => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error('not now');
    };
    await give(Note.type, 2);
    await eventually(() => expect(calls).toEqual(['note 2', 'note 2']));
  });

  test('sends nothing: it would be sent again', async () => {
    const id = newId('msg');
    const outbox = mongo.connection.collection('outbox');
    const before = await outbox.countDocuments();
    await give(Tell.type, 3, { id, attempt: 10 });
    await eventually(async () =>
      expect(await app.get(DeadLetters).list()).toMatchObject([
        { id, stack: expect.stringContaining('would be sent again') },
      ]),
    );
    expect(await outbox.countDocuments()).toBe(before);
    expect(calls).toEqual([]);
  });

  test('waits for its turn, if it has one', async () => {
    onNote = () => new Promise((resolve) => setImmediate(resolve));
    for (const number of [1, 2, 3]) await give(Told.type, number, { queue: 'events' });
    await eventually(() => expect(calls).toHaveLength(6));
    for (const [index, call] of calls.entries())
      expect(call.startsWith(index % 2 ? 'end' : 'begin')).toBe(true);
  });

  test('runs in the transaction of another one of the same message that is not, and then both once', async () => {
    const id = newId('msg');
    await give(Both.type, 4, { id });
    await eventually(async () => expect(await notesOf(id)).toBe(1));
    expect(calls).toEqual(['first 4 true', 'second 4 true']);
  });
});
