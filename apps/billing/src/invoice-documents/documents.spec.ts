import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { INestMicroservice } from '@nestjs/common';
import { getModelToken } from '@nestjs/mongoose';
import {
  GetInvoice,
  GetInvoiceDocument,
  INVOICE_FORMATS,
  nudgeIn,
  stuckIn,
  type InvoiceFormat,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { insertOne, newId } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  simulator,
  TestClock,
  type Simulator,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import type { Model } from 'mongoose';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { InvoiceModel, type StoredInvoice } from '../invoices/invoice.model.ts';
import { issuedOf } from './issued.ts';
import { jsonOf } from './json.ts';
import { invoice as sample, line } from './sample.fixture.ts';

const BUCKET = 'berth-invoices';
const PATIENTLY = { within: 25_000 };
const clock = new TestClock('2026-12-02T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
/** Where it keeps what it has. */
let folder: string;
let s3: S3Client;
let replicas: INestMicroservice[];
let bus: Requests;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-documents-'));
  [rabbit, mongo, aws] = await Promise.all([broker(), database(), simulator({ BERTH_SIM_STATE: folder })]);
  s3 = new S3Client({
    ...{ endpoint: aws.endpoint, region: 'eu-central-1', forcePathStyle: true },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const config = new Config({
    ...{ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri },
    ...{ BERTH_AWS_ENDPOINT: aws.endpoint, BERTH_INVOICE_BUCKET: BUCKET },
  });
  const start = () => serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  replicas = [await start(), await start()];
  bus = replicas[0]?.get(Requests) as Requests;
});
afterAll(async () => {
  await Promise.all((replicas ?? []).map((app) => app.close()));
  s3?.destroy();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

let last = 100;
/** An invoice as issuing leaves it. */
async function issued(of: Partial<StoredInvoice> = {}): Promise<StoredInvoice> {
  const { id: _, issuedAt: _at, dueAt: _due, ...content } = sample();
  const accountId = newId('acc');
  const stored: StoredInvoice = {
    ...content,
    ...{ _id: newId('inv'), accountId, status: 'issued', sequence: 1, version: 0 },
    number: `BERTH-2026-${String(++last).padStart(6, '0')}`,
    buyer: { ...content.buyer, accountId },
    createdAt: clock.now(),
    issuedAt: clock.now(),
    dueAt: new Date('2026-12-16T00:00:00.000Z'),
    lines: content.lines.map((each) => ({ ...each, recorded: { after: null, until: clock.now() } })),
    ...{ basedOn: [], reductions: [], payment: null, voided: null, documents: null },
    dunning: { toldPastDue: false, reminders: 0, suspended: false },
    ...of,
  };
  await insertOne(
    replicas[0]?.get<Model<StoredInvoice>>(getModelToken(InvoiceModel.name)) as Model<StoredInvoice>,
    stored,
  );
  return stored;
}

const read = ({ _id: invoiceId, accountId }: StoredInvoice) => bus.ask(GetInvoice, { accountId, invoiceId });
const documented = (invoice: StoredInvoice) =>
  eventually(async () => {
    const { documents } = await read(invoice);
    if (!documents) throw new Error('there are no documents');
    return documents;
  }, PATIENTLY);
const part = ({ _id: invoiceId, accountId }: StoredInvoice, format: InvoiceFormat, nth = 0) =>
  bus.ask(GetInvoiceDocument, { accountId, invoiceId, format, part: nth });
const keyOf = ({ accountId, number }: StoredInvoice, format: InvoiceFormat) =>
  `${accountId}/2026/${number}.${format}`;
const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex');
async function objectAt(Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('the documents of an invoice', () => {
  test('are made by themselves once it is issued, kept, and noted with their digests', async () => {
    const invoice = await issued();
    const documents = await documented(invoice);
    for (const format of INVOICE_FORMATS) {
      const content = await objectAt(keyOf(invoice, format));
      expect(documents[format]).toEqual({ sha256: sha256Of(content), bytes: content.length });
    }
    const pdf = await objectAt(keyOf(invoice, 'pdf'));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await objectAt(keyOf(invoice, 'json'))).toEqual(jsonOf(issuedOf(await read(invoice))));
  });

  test('are given as they are kept', async () => {
    const invoice = await issued();
    await documented(invoice);
    const { content, nextPart, ...about } = await part(invoice, 'csv');
    const kept = await objectAt(keyOf(invoice, 'csv'));
    expect(Buffer.from(content, 'base64')).toEqual(kept);
    expect({ nextPart, ...about }).toEqual({
      ...{ nextPart: null, number: invoice.number },
      ...{ sha256: sha256Of(kept), bytes: kept.length },
    });
  });

  test('come in parts when they are long', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => ({
      ...line(index + 1),
      recorded: { after: null, until: clock.now() },
    }));
    const invoice = await issued({ lines });
    await documented(invoice);
    const parts: Buffer[] = [];
    for (let nth: number | null = 0; nth !== null;) {
      const { content, nextPart } = await part(invoice, 'csv', nth);
      parts.push(Buffer.from(content, 'base64'));
      nth = nextPart;
    }
    expect(parts.length).toBeGreaterThan(1);
    expect(Buffer.concat(parts)).toEqual(await objectAt(keyOf(invoice, 'csv')));
    await expect(part(invoice, 'csv', parts.length)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('are nobody else’s, and none of a draft are made', async () => {
    const draft = await issued({ status: 'draft', number: null, issuedAt: null, dueAt: null });
    const invoice = await issued();
    await documented(invoice);
    const others = { ...invoice, accountId: newId('acc') };
    await expect(part(others, 'pdf')).rejects.toMatchObject({ code: 'not_found' });
    await expect(part(draft, 'pdf')).rejects.toMatchObject({ code: 'not_found' });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: draft.accountId }));
    expect(Contents ?? []).toEqual([]);
  });

  test('that were kept before a crash stay, and are noted', async () => {
    const accountId = newId('acc');
    const before = await issued({ accountId, buyer: { ...sample().buyer, accountId } });
    await documented(before);
    // As if the process had died before it noted them.
    await mongo.connection
      .collection<{ _id: string }>('invoices')
      .updateOne({ _id: before._id }, { $set: { documents: null } });
    const [kept] =
      (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: accountId }))).Contents ?? [];
    await documented(before);
    const [still] =
      (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: accountId }))).Contents ?? [];
    expect(still?.LastModified).toEqual(kept?.LastModified);
  });

  test('that were changed in storage, or are gone, are not shown', async () => {
    const invoice = await issued();
    await documented(invoice);
    const object = { Bucket: BUCKET, Key: keyOf(invoice, 'csv') };
    await s3.send(new PutObjectCommand({ ...object, Body: 'something else' }));
    await expect(part(invoice, 'csv')).rejects.toMatchObject({ status: 500 });
    await s3.send(new DeleteObjectCommand(object));
    await expect(part(invoice, 'csv')).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});

describe('while storage is away', () => {
  test('invoices are issued and shown all the same, and their documents follow', async () => {
    await aws.stop();
    const invoice = await issued();
    try {
      await eventually(
        async () => expect(await mongo.connection.collection('document_failures').countDocuments()).toBe(1),
        PATIENTLY,
      );
      expect((await read(invoice)).documents).toBeNull();
      await expect(part(invoice, 'pdf')).rejects.toMatchObject({
        code: 'dependency_unavailable',
        status: 503,
      });
    } finally {
      const { port } = new URL(aws.endpoint);
      aws = await simulator({ BERTH_SIM_STATE: folder, BERTH_AWS_PORT: port });
    }
    clock.advance(60);
    await documented(invoice);
    expect(await mongo.connection.collection('document_failures').countDocuments()).toBe(0);
  });
});

describe('an invoice whose documents cannot be made', () => {
  test('holds up no other, is stuck after a quarter of an hour, and goes on with a nudge', async () => {
    const number = `BERTH-2026-${String(++last).padStart(6, '0')}`;
    const accountId = newId('acc');
    const inTheWay = { Bucket: BUCKET, Key: `${accountId}/2026/${number}.json` };
    await s3.send(new PutObjectCommand({ ...inTheWay, Body: 'something else' }));
    const invoice = await issued({ accountId, number, buyer: { ...sample().buyer, accountId } });
    await documented(await issued());

    const stuck = () => bus.ask(stuckIn('billing'), { limit: 10 });
    expect((await stuck()).items.filter(({ id }) => id === invoice._id)).toEqual([]);
    clock.advance(15 * 60);
    // It is tried once more at that time, and then not before the clock goes on.
    const thing = await eventually(async () => {
      const found = (await stuck()).items.find(({ id }) => id === invoice._id);
      expect(found?.attempts).toBeGreaterThan(1);
      return found;
    }, PATIENTLY);
    expect(thing).toMatchObject({
      ...{ service: 'billing', kind: 'invoice', why: 'failing', accountId, step: 'documents' },
      error: expect.stringContaining('lies in storage already, with other content'),
    });
    await s3.send(new DeleteObjectCommand(inTheWay));
    await bus.ask(nudgeIn('billing'), { id: invoice._id });
    await documented(invoice);
    expect((await stuck()).items.filter(({ id }) => id === invoice._id)).toEqual([]);
  });
});
