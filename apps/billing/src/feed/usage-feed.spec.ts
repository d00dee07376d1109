import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { ReadUsageFeed, type DataOf } from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { Records } from '../usage/records.ts';
import { recordOf, reversalOf, write } from './records.fixture.ts';
import { SEEN_WITHIN_SECONDS } from './usage-feed.ts';

const clock = new TestClock('2026-03-01T12:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let outside: Tap;
let app: INestMicroservice;
let bus: Requests;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  outside = await rabbit.bindTap('berth.usage');
  const config = new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
  app = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  bus = app.get(Requests);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});
beforeEach(async () => {
  await mongo.connection.collection('usage_records').deleteMany({});
  clock.advance(3_600);
});

const read = (query: Partial<DataOf<typeof ReadUsageFeed>> = {}) =>
  bus.ask(ReadUsageFeed, { limit: 200, ...query });
const idsFrom = async (cursor?: string) => (await read({ cursor })).items.map(({ id }) => id);

describe('the feed of all usage', () => {
  test('lists records of every account in the order in which they were written, whatever time they are of', async () => {
    const late = recordOf({ from: new Date('2026-01-05T03:00:00.000Z') });
    const early = recordOf({ meter: 'disk' });
    await write(app, early);
    clock.advance(1);
    await write(app, reversalOf(early), late);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    const { items, hasMore } = await read();
    const second = [reversalOf(early)._id, late._id].sort();
    expect(items.map(({ id }) => id)).toEqual([early._id, ...second]);
    expect(hasMore).toBe(false);
    expect(new Set(items.map(({ accountId }) => accountId)).size).toBe(2);
  });

  test('says of each record what was published of it', async () => {
    const record = recordOf();
    await write(app, record);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    const message = await eventually(() => {
      const found = outside.messages.find(({ data }) => (data as { id: string }).id === record._id);
      expect(found).toBeDefined();
      return found;
    });
    expect((await read()).items).toEqual([message?.data]);
  });

  test('goes on page by page, also where many were written at once, and later from where it ended', async () => {
    const records = Array.from({ length: 7 }, () => recordOf());
    await write(app, ...records);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let hasMore = true; hasMore;) {
      const page = await read({ cursor, limit: 3 });
      seen.push(...page.items.map(({ id }) => id));
      ({ hasMore, nextCursor: cursor } = page);
    }
    expect(seen).toEqual(records.map(({ _id }) => _id).sort());

    expect(await read({ cursor })).toMatchObject({ items: [], hasMore: false, nextCursor: cursor });
    const next = recordOf();
    await write(app, next);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    expect(await idsFrom(cursor)).toEqual([next._id]);
  });

  test('begins with what was written at a time, when it is given one', async () => {
    await write(app, recordOf());
    clock.advance(10);
    const from = clock.now().toISOString();
    const wanted = recordOf();
    await write(app, wanted);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    expect((await read({ from })).items.map(({ id }) => id)).toEqual([wanted._id]);
  });

  test('begins as well where there is nothing yet', async () => {
    const { nextCursor, items } = await read();
    const first = recordOf();
    await write(app, first);
    expect(items).toEqual([]);
    expect(await idsFrom(nextCursor)).toEqual([]);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    expect(await idsFrom(nextCursor)).toEqual([first._id]);
  });

  test.each(['x', 'e30', Buffer.from('{"recordedAt":{"$gt":""},"id":"a"}').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      await expect(read({ cursor })).rejects.toMatchObject({ code: 'invalid_cursor', status: 400 });
    },
  );
});

describe('nothing appears before a cursor later', () => {
  test('for a record is listed only when none can be written before it any more', async () => {
    const record = recordOf();
    await write(app, record);
    const writtenAt = clock.now().getTime();
    clock.advance(SEEN_WITHIN_SECONDS);
    expect(await read()).toMatchObject({ items: [], completeUntil: new Date(writtenAt).toISOString() });
    clock.advance(0.001);
    expect(await idsFrom()).toEqual([record._id]);
  });

  test('though a transaction that began earlier is committed later', async () => {
    const [slow, quick] = [recordOf(), recordOf()];
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<undefined>();
    const { promise: written, resolve: hasWritten } = Promise.withResolvers<undefined>();
    const open = app.get(Transactions, { strict: false }).run(async () => {
      await app.get(Records, { strict: false }).add([slow]);
      hasWritten(undefined);
      await mayCommit;
    });
    await written;
    clock.advance(60);
    await write(app, quick);
    clock.advance(SEEN_WITHIN_SECONDS - 60);
    const { items, nextCursor } = await read();
    expect(items).toEqual([]);
    commit(undefined);
    await open;
    clock.advance(SEEN_WITHIN_SECONDS);
    expect(await idsFrom(nextCursor)).toEqual([slow._id, quick._id]);
  });

  test('though a settlement was worked out long before: its time is that of the writing', async () => {
    const before = clock.now();
    const record = recordOf({ recordedAt: before });
    clock.advance(1_000);
    await write(app, record);
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    const [listed] = (await read()).items;
    expect(listed?.recordedAt).toBe(new Date(before.getTime() + 1_000_000).toISOString());
  });
});
