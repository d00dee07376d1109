import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Injectable, type INestMicroservice } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Model } from 'mongoose';
import { request, type DataOf } from '@berth/contracts';
import { documentSchema, newId, Transactions } from '@berth/mongo';
import { broker, database, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { ProblemError } from './errors.ts';
import { OnRequest } from './handlers.ts';
import { Requests } from './requests.ts';
import { startService } from './service.fixture.ts';

const Data = z.object({ name: z.string(), tags: z.record(z.string(), z.string()).optional() });
const Made = z.object({ id: z.string(), name: z.string(), secret: z.string().optional() });
const Make = request('billing', 'berth.billing.make.v1', Data, Made, 'public');
const MakeSecret = request('billing', 'berth.billing.make-secret.v1', Data, Made, 'public');
type Data = DataOf<typeof Make>;

interface Thing {
  _id: string;
  name: string;
}
const thingSchema = documentSchema<Thing>({ _id: String, name: String }, { collection: 'things' });

let refusal: ProblemError | Error | undefined;

@Injectable()
class Things {
  readonly model: Model<Thing>;

  constructor(@InjectConnection() connection: Connection) {
    this.model = connection.model<Thing>('Thing', thingSchema);
  }
}

@Controller()
class Workshop {
  constructor(
    private readonly things: Things,
    private readonly transactions: Transactions,
  ) {}

  @OnRequest(Make, { idempotent: true })
  make(data: Data) {
    return this.makeOne(data);
  }

  @OnRequest(MakeSecret, { idempotent: true, secret: true })
  async makeSecret(data: Data) {
    return { ...(await this.makeOne(data)), secret: 'shown once' };
  }

  private async makeOne({ name }: Data) {
    expect(this.transactions.inTransaction()).toBe(true);
    const id = newId('srv');
    await this.things.model.insertMany([{ _id: id, name }]);
    if (refusal) throw refusal;
    return { id, name };
  }
}

describe('a request with an idempotency key', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let replicas: INestMicroservice[];
  let requests: Requests;
  let key: string;

  const things = () => mongo.connection.collection('things').countDocuments();
  const problem = (code: string, status: number) => new ProblemError({ code, status, title: code });

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    const parts = { amqpUrl: rabbit.url, database: mongo, controllers: [Workshop], providers: [Things] };
    replicas = [await startService(parts), await startService(parts)];
    requests = replicas[0]!.get(Requests);
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(async () => {
    refusal = undefined;
    key = newId('req');
    await mongo.connection.collection('things').deleteMany({});
  });

  test('sent fifty times at once to two replicas makes one thing and gives one answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        requests.ask(Make, { name: 'gis' }, { idempotencyKey: key, accountId: 'acc_1', deadlineSeconds: 20 }),
      ),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await things()).toBe(1);
  });

  test('and the same body in another order is the same request', async () => {
    const options = { idempotencyKey: key, accountId: 'acc_1' };
    const first = await requests.ask(Make, { name: 'a', tags: { 'a.b': '1', $c: '2' } }, options);
    const second = await requests.ask(Make, { tags: { $c: '2', 'a.b': '1' }, name: 'a' }, options);
    expect(second).toEqual(first);
  });

  test('and another body is refused', async () => {
    await requests.ask(Make, { name: 'a' }, { idempotencyKey: key, accountId: 'acc_1' });
    await expect(
      requests.ask(Make, { name: 'b' }, { idempotencyKey: key, accountId: 'acc_1' }),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused', status: 422 });
    await expect(
      requests.ask(MakeSecret, { name: 'a' }, { idempotencyKey: key, accountId: 'acc_1' }),
    ).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    expect(await things()).toBe(1);
  });

  test('is another account’s own', async () => {
    const first = await requests.ask(Make, { name: 'a' }, { idempotencyKey: key, accountId: 'acc_1' });
    const second = await requests.ask(Make, { name: 'b' }, { idempotencyKey: key, accountId: 'acc_2' });
    expect(second.id).not.toBe(first.id);
  });

  test.each(['', 'x'.repeat(256)])('that is empty or too long is refused', async (bad) => {
    await expect(requests.ask(Make, { name: 'a' }, { idempotencyKey: bad })).rejects.toMatchObject({
      status: 400,
    });
    expect(await things()).toBe(0);
  });

  test('that was refused is refused the same way again, and has no effect', async () => {
    refusal = problem('hostname_taken', 409);
    const ask = () => requests.ask(Make, { name: 'a' }, { idempotencyKey: key });
    await expect(ask()).rejects.toMatchObject({ code: 'hostname_taken', status: 409 });
    refusal = undefined;
    await expect(ask()).rejects.toMatchObject({ code: 'hostname_taken', status: 409 });
    expect(await things()).toBe(0);
  });

  test.each([
    ['slow_down', problem('slow_down', 429)],
    ['quota_exceeded', problem('quota_exceeded', 422)],
    ['budget_exceeded', problem('budget_exceeded', 409)],
    ['internal_error', new Error('a bug')],
    ['cloud_away', problem('cloud_away', 503)],
  ])('that failed with %s may be tried again', async (code, error) => {
    refusal = error;
    const ask = () => requests.ask(Make, { name: 'a' }, { idempotencyKey: key });
    await expect(ask()).rejects.toMatchObject({ code });
    expect(await things()).toBe(0);
    refusal = undefined;
    expect(await ask()).toMatchObject({ name: 'a' });
    expect(await things()).toBe(1);
  });

  test('whose answer held a secret gets the id when it is repeated, and the secret is stored nowhere', async () => {
    const ask = () => requests.ask(MakeSecret, { name: 'a' }, { idempotencyKey: key });
    const made = await ask();
    expect(made.secret).toBe('shown once');
    await expect(ask()).rejects.toMatchObject({
      code: 'already_created',
      status: 409,
      extensions: { id: made.id },
    });
    const stored = await mongo.connection.collection('idempotency').find().toArray();
    expect(JSON.stringify(stored)).not.toContain('shown once');
  });

  test('leaves nothing of its body by which a guess at it could be checked', async () => {
    const rows = mongo.connection.collection('idempotency');
    await rows.deleteMany({});
    for (const idempotencyKey of [key, `${key} again`])
      await requests.ask(Make, { name: 'a' }, { idempotencyKey });
    const stored = await rows.find().toArray();
    expect(new Set(stored.map(({ bodyHash }) => bodyHash as string)).size).toBe(2);
    expect(JSON.stringify(stored)).not.toContain(key);
  });

  test('is forgotten after 24 h', async () => {
    const options = { idempotencyKey: key, accountId: 'acc_1' };
    await requests.ask(Make, { name: 'a' }, options);
    const rows = mongo.connection.collection<{ _id: string; expiresAt: Date }>('idempotency');
    const _id = createHash('sha256').update(`acc_1/${key}`).digest('hex');
    const row = await rows.findOne({ _id });
    const hours = ((row?.expiresAt.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
    await rows.updateOne({ _id }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    await requests.ask(Make, { name: 'b' }, options);
    expect(await things()).toBe(2);
  });
});
