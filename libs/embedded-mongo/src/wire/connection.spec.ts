import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { EmbeddedMongo } from '../embedded-mongo.ts';
import { message, RawConnection } from './raw-connection.ts';

let mongo: EmbeddedMongo;

beforeAll(async () => {
  mongo = await EmbeddedMongo.start();
});

afterAll(() => mongo.stop());

async function connected(work: (connection: RawConnection) => Promise<void>): Promise<void> {
  const connection = await RawConnection.open(mongo.uri);
  try {
    await work(connection);
  } finally {
    connection.close();
  }
}

test('a message may come in pieces of any size', async () => {
  await connected(async (connection) => {
    for (const byte of message({ ping: 1, $db: 'admin' })) {
      connection.socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    expect(await connection.reply()).toMatchObject({ ok: 1 });
  });
});

test('several messages at once are answered in order', async () => {
  await connected(async (connection) => {
    const insert = message({ insert: 'order', documents: [{ _id: 1 }], $db: 'a' });
    const count = message({ count: 'order', $db: 'a' });
    connection.socket.write(Buffer.concat([insert, count]));
    expect(await connection.reply()).toMatchObject({ ok: 1, n: 1 });
    expect(await connection.reply()).toMatchObject({ ok: 1, n: 1 });
  });
});

test('a write that wants no answer is done and gets none', async () => {
  await connected(async (connection) => {
    const moreToCome = 2;
    connection.socket.write(message({ insert: 'silent', documents: [{ _id: 1 }], $db: 'a' }, moreToCome));
    expect(await connection.command({ count: 'silent', $db: 'a' })).toMatchObject({ n: 1 });
  });
});

test('writes are sent as document sequences by some drivers', async () => {
  await connected(async (connection) => {
    const plain = message({ insert: 'sequence', $db: 'a' });
    const documents = [{ _id: 1 }, { _id: 2 }].map((doc) => message(doc).subarray(21));
    const name = Buffer.from('documents\0');
    const size = Buffer.alloc(4);
    size.writeInt32LE(4 + name.length + documents.reduce((sum, { length }) => sum + length, 0));
    const whole = Buffer.concat([plain, Buffer.of(1), size, name, ...documents]);
    whole.writeInt32LE(whole.length, 0);
    connection.socket.write(whole);
    expect(await connection.reply()).toMatchObject({ ok: 1, n: 2 });
  });
});

describe('hangs up on', () => {
  const broken = message({ ping: 1, $db: 'admin' });
  broken.writeInt32LE(1_000_000, 21);
  const tooLong = Buffer.alloc(16);
  tooLong.writeInt32LE(100_000_000, 0);
  const unknownOpcode = message({ ping: 1, $db: 'admin' });
  unknownOpcode.writeInt32LE(2002, 12);

  test.each([
    ['a length beyond the limit', tooLong],
    ['malformed BSON', broken],
    ['an opcode of the past', unknownOpcode],
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ])('%s, and serves others', async (_, bytes) => {
    await connected(async (connection) => {
      const closed = once(connection.socket, 'close');
      connection.socket.write(bytes);
      await closed;
    });
    await connected(async (connection) => {
      expect(await connection.command({ ping: 1, $db: 'admin' })).toMatchObject({ ok: 1 });
    });
  });
});

describe('names what it does not support:', () => {
  test.each<[object, number, string]>([
    [{ mapReduce: 'a' }, 59, 'mapReduce'],
    [{ constructor: 1 }, 59, 'constructor'],
    [{ find: 'a', min: { x: 1 } }, 115, 'find.min'],
    [{ find: 'a', collation: { locale: 'de' } }, 115, 'collation'],
    [{ find: 'a', filter: { $where: '1' } }, 115, '$where'],
    [{ find: 'a', sort: { $natural: 1 } }, 115, '$natural'],
    [{ update: 'a', updates: [{ q: {}, u: [{ $set: { x: 1 } }] }] }, 115, 'pipeline'],
    [{ aggregate: 'a', pipeline: [{ $out: 'b' }], cursor: {} }, 115, '$out'],
    [
      { aggregate: 'a', pipeline: [{ $project: { x: { $dateToString: {} } } }], cursor: {} },
      115,
      '$dateToString',
    ],
    [{ create: 'a', capped: true }, 115, 'create.capped'],
    [{ createIndexes: 'a', indexes: [{ key: { x: 'text' }, name: 'x' }] }, 67, 'text'],
    [{ find: '' }, 73, 'namespace'],
    [{ find: { $ne: 1 } }, 73, 'namespace'],
    [{ insert: 'a', documents: [1] }, 2, 'documents'],
    [{ insert: 'a', documents: [{ _id: [] }] }, 53, '_id'],
  ])('%j', async (command, code, named) => {
    await connected(async (connection) => {
      const reply = await connection.command({ ...command, $db: 'a' });
      const [error] = (reply.writeErrors as { code: number; errmsg: string }[] | undefined) ?? [reply];
      expect(error).toMatchObject({ code, errmsg: expect.stringContaining(named) });
    });
  });
});
