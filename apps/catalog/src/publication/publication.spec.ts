import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ApplyPrices,
  CatalogPublished,
  GetCatalog,
  GetOffer,
  GetPriceBook,
  GetQuote,
  PreviewPrices,
  QuoteFor,
  SendCatalog,
  TermsChanged,
  type DataOf,
} from '@berth/contracts';
import { Outbox, Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
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
import { CatalogModule } from '../catalog.module.ts';
import { Config } from '../config.ts';

const sample = readFileSync(new URL('../../../../deploy/catalog.yaml', import.meta.url), 'utf8');
const clock = new TestClock('2026-11-22T10:00:00.000Z');

let rabbit: TestBroker;
let mongo: TestDatabase;
let tap: Tap;
let folder: string;
let file: string;
const running: INestMicroservice[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-catalog-'));
  file = join(folder, 'catalog.yaml');
  rabbit = await broker();
  mongo = await database();
});

beforeEach(async () => {
  clock.set('2026-11-22T10:00:00.000Z');
  await mongo.connection.dropDatabase();
  tap = await rabbit.bindTap('berth.events', CatalogPublished.type);
});

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

afterAll(async () => {
  await mongo?.stop();
  await rabbit?.stop();
  await rm(folder, { recursive: true });
});

/** A process of the service that reads this file at its start. */
async function start(yaml: string): Promise<INestMicroservice> {
  await writeFile(file, yaml);
  const environment = { AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri, BERTH_CATALOG_FILE: file };
  const app = await serviceAt(clock, CatalogModule.forRoot(new Config(environment), mongo.database));
  running.push(app);
  return app;
}

const published = () => tap.messages.map(({ data }) => data as DataOf<typeof CatalogPublished>);
const revisions = () => published().map(({ revision }) => revision);
const dearer = sample.replace("micro: '0.0012'", "micro: '0.0013'");
const described = sample.replace('A plain nginx web server', 'A web server');

test('a catalog is published at the first start, and again when the file says something new', async () => {
  await start(sample);
  await eventually(() => expect(revisions()).toEqual([1]));
  expect(CatalogPublished.schema.parse(published()[0]).products.map(({ id }) => id)).toEqual([
    'spatial-integration',
    'web',
  ]);
  await start(sample.replace('products:', '# nothing new\nproducts:'));
  await start(described);
  await eventually(() => expect(revisions()).toEqual([1, 2]));
});

test('two replicas that start at once publish one revision', async () => {
  await Promise.all([start(sample), start(sample), start(sample)]);
  await eventually(() => expect(revisions()).toEqual([1]));
  expect(await mongo.connection.collection('revisions').countDocuments()).toBe(1);
});

test('whoever asks for the catalog gets the revision it is', async () => {
  const app = await start(sample);
  await start(described);
  await app.get(Transactions).run(() => app.get(Outbox).send(SendCatalog, { requestedBy: 'billing' }));
  await eventually(() => expect(revisions().sort()).toEqual([1, 2, 2]));
});

test('a start that would change a price in force is refused, and what was published stays', async () => {
  const app = await start(sample);
  await expect(start(dearer)).rejects.toThrow(
    /catalog\.yaml cannot be used:\n {2}The price 0\.0012 for compute of micro in eu-central-1 \(USD\).* cannot become 0\.0013/,
  );
  await expect(start(sample.replace('minSize: micro', 'minSize: tiny'))).rejects.toThrow(
    /"tiny" is not a size/,
  );
  expect(await app.get(Requests).ask(GetCatalog, {})).toMatchObject({ revision: 1 });
});

test('customers are offered what is published, at the prices in force', async () => {
  const later = `prices:\n  - { region: us-east-1, currency: USD, activeFrom: 2026-11-22T11:00:00Z, compute: { micro: '0.0009' } }`;
  const app = await start(sample.replace(/^prices:$/m, later));
  const micro = async () => {
    const { prices } = await app.get(Requests).ask(GetCatalog, {});
    return prices
      .filter(
        ({ size, region, currency }) => size === 'micro' && region === 'us-east-1' && currency === 'USD',
      )
      .map(({ perMinute }) => perMinute);
  };
  expect(await micro()).toEqual(['0.0010', '0.0009']);
  clock.set('2026-11-22T11:00:00.000Z');
  expect(await micro()).toEqual(['0.0009']);
});

describe('a quote', () => {
  const order = { product: 'web', version: '1.26', size: 'micro', region: 'us-east-1', diskGib: 10 };

  test('prices what is published, and announces what changes', async () => {
    const later = `prices:\n  - { region: us-east-1, currency: USD, activeFrom: 2026-11-22T11:00:00Z, compute: { micro: '0.0009' } }`;
    const app = await start(sample.replace(/^prices:$/m, later));
    expect(await app.get(Requests).ask(GetQuote, order)).toMatchObject({
      currency: 'USD',
      running: { perMinute: '0.0010274' },
      compute: { perMinute: '0.001', activeFrom: '2024-01-01T00:00:00.000Z' },
      changes: [{ activeFrom: '2026-11-22T11:00:00.000Z', running: { perMinute: '0.0009274' } }],
    });
  });

  test('of what is not offered names every field that does not fit', async () => {
    const app = await start(sample);
    const refused = app.get(Requests).ask(GetQuote, { ...order, zone: 'mars-1a', diskGib: 1 });
    await expect(refused).rejects.toMatchObject({
      code: 'unknown_offer',
      status: 422,
      errors: [
        { pointer: '/zone', detail: 'is not one of us-east-1a, us-east-1b, us-east-1c' },
        { pointer: '/diskGib', detail: 'must be between 8 and 1024' },
      ],
    });
  });
});

describe('an account with terms of its own', () => {
  const order = { product: 'web', version: '1.26', size: 'micro', region: 'us-east-1', diskGib: 10 };
  const price = { meter: 'compute', size: 'micro', region: 'us-east-1' } as const;
  const accountId = newId('acc');

  test('is offered and quoted its prices in its currency, everybody else what holds for all', async () => {
    const app = await start(sample);
    const ask = app.get(Requests);
    const terms = {
      ...{ accountId, sequence: 1 },
      currencies: [{ currency: 'EUR', activeFrom: '2026-11-01T00:00:00.000Z' }],
      prices: [
        {
          ...{ ...price, currency: 'EUR', perMinute: '0.0005' },
          ...{ activeFrom: '2026-11-22T09:00:00.000Z', activeUntil: '2026-11-23T00:00:00.000Z' },
        },
      ],
    };
    await app.get(Transactions).run(() => app.get(Outbox).publish(TermsChanged, terms));
    await eventually(async () =>
      expect(await ask.ask(QuoteFor, { ...order, accountId })).toMatchObject({
        currency: 'EUR',
        compute: { perMinute: '0.0005' },
        changes: [{ activeFrom: '2026-11-23T00:00:00.000Z', compute: { perMinute: '0.00092' } }],
      }),
    );

    const offer = await ask.ask(GetOffer, { accountId });
    expect(offer.currency).toBe('EUR');
    expect(new Set(offer.prices.map(({ currency }) => currency))).toEqual(new Set(['EUR']));
    expect(
      offer.prices
        .filter(({ size, region }) => size === 'micro' && region === 'us-east-1')
        .map(({ perMinute, activeFrom }) => [perMinute, activeFrom]),
    ).toEqual([
      ['0.0005', '2026-11-22T09:00:00.000Z'],
      ['0.00092', '2026-11-23T00:00:00.000Z'],
    ]);

    const others = await ask.ask(GetOffer, { accountId: newId('acc') });
    expect(others.currency).toBe('USD');
    expect(await ask.ask(GetQuote, order)).toMatchObject({
      currency: 'USD',
      compute: { perMinute: '0.001' },
    });
    const currencies = (await ask.ask(GetCatalog, {})).prices.map(({ currency }) => currency);
    expect([...new Set(currencies)].sort()).toEqual(['CAD', 'EUR', 'USD']);
  });
});

describe('prices that staff announce', () => {
  const entry = (perMinute: string, activeFrom = '2026-12-01T00:00:00Z') =>
    `  - { region: us-east-1, currency: USD, activeFrom: ${activeFrom}, compute: { micro: '${perMinute}' } }\n`;
  const yaml = `prices:\n${entry('0.0009')}`;
  const actor = { kind: 'user', id: newId('usr') } as const;
  const apply = (app: INestMicroservice, list: string, basedOnRevision: number) =>
    app.get(Requests).ask(ApplyPrices, { yaml: list, basedOnRevision }, { actor });
  const announced = async (app: INestMicroservice) =>
    (await app.get(Requests).ask(GetPriceBook, {})).prices
      .filter(({ activeFrom }) => activeFrom > clock.now().toISOString())
      .map(({ perMinute, source }) => [perMinute, source]);

  test('are shown before they are, and published when they are applied', async () => {
    const app = await start(sample);
    const ask = app.get(Requests);
    const preview = await ask.ask(PreviewPrices, { yaml });
    expect(preview).toMatchObject({
      revision: 1,
      changes: [{ kind: 'added', percent: '-10.0' }],
      faults: [],
    });
    expect(await announced(app)).toEqual([]);

    expect(await apply(app, yaml, 1)).toEqual({ revision: 2, changes: preview.changes });
    await eventually(() => expect(revisions()).toEqual([1, 2]));
    expect(published()[1]?.prices).toHaveLength((published()[0]?.prices.length ?? 0) + 1);
    const { yaml: again } = await ask.ask(GetPriceBook, {});
    expect(again).toContain("micro: '0.0009'");
    expect(await ask.ask(PreviewPrices, { yaml: again })).toMatchObject({ changes: [], faults: [] });
    expect(await apply(app, again, 2)).toEqual({ revision: 2, changes: [] });
  });

  test('are all applied or none, and a list that cannot be is told with every fault', async () => {
    const app = await start(sample);
    const broken = `${yaml}${entry('0.0008', '2026-11-22T09:00:00Z')}${entry('0.0')}`;
    expect((await app.get(Requests).ask(PreviewPrices, { yaml: broken })).faults).toEqual([
      { line: 4, key: 'prices[2].compute.micro', message: 'must be more than zero' },
    ]);
    await expect(apply(app, `${yaml}${entry('0.0008', '2026-11-22T09:00:00Z')}`, 1)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/yaml', detail: expect.stringMatching(/^3: prices\[1\].*would change the past/) }],
    });
    expect(await announced(app)).toEqual([]);
    expect(await mongo.connection.collection('revisions').countDocuments()).toBe(1);
  });

  test('are applied to the revision that was looked at, also by two at once', async () => {
    const [one, other] = [await start(sample), await start(sample)];
    const both = await Promise.allSettled([
      apply(one, yaml, 1),
      apply(other, `prices:\n${entry('0.0008')}`, 1),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'changed_meanwhile' }),
    });
    await expect(apply(one, yaml, 1)).rejects.toMatchObject({ code: 'changed_meanwhile', status: 409 });
    expect(await announced(other)).toHaveLength(1);
  });

  test('stay whatever file is deployed, until they are withdrawn', async () => {
    await apply(await start(sample), yaml, 1);
    const app = await start(described);
    await eventually(() => expect(revisions()).toEqual([1, 2, 3]));
    expect(await announced(app)).toEqual([['0.0009', 'staff']]);
    await start(described);
    await apply(app, 'prices: []', 3);
    expect(await announced(app)).toEqual([]);
    await eventually(() => expect(revisions()).toEqual([1, 2, 3, 4]));
  });

  test('that a file takes over are the file’s, and a file that contradicts them is not taken', async () => {
    const app = await start(sample);
    await apply(app, yaml, 1);
    const filed = (perMinute: string) =>
      sample.replace(/^prices:$/m, `prices:\n${entry(perMinute).trimEnd()}`);
    await expect(start(filed('0.0008'))).rejects.toThrow(
      /catalog\.yaml cannot be used:\n {2}The price 0\.0008 for compute of micro in us-east-1 .* contradicts 0\.0009, which staff have applied/,
    );
    expect(await announced(app)).toEqual([['0.0009', 'staff']]);
    const next = await start(filed('0.0009'));
    expect(await announced(next)).toEqual([['0.0009', 'file']]);
  });

  test('that have begun are part of past bills, and are in force after every start', async () => {
    const app = await start(sample);
    await apply(app, yaml, 1);
    clock.set('2026-12-02T00:00:00.000Z');
    await apply(app, `prices:\n${entry('0.0007', '2027-01-01T00:00:00Z')}`, 2);
    await expect(apply(app, yaml.replace('0.0009', '0.0001'), 3)).rejects.toMatchObject({
      errors: [{ detail: expect.stringContaining('is in force and cannot become 0.0001') }],
    });
    const order = { product: 'web', version: '1.26', size: 'micro', region: 'us-east-1', diskGib: 10 };
    const again = await start(described);
    expect(await again.get(Requests).ask(GetQuote, order)).toMatchObject({
      compute: { perMinute: '0.0009', activeFrom: '2026-12-01T00:00:00.000Z' },
      changes: [{ activeFrom: '2027-01-01T00:00:00.000Z' }],
    });
  });

  test('that release 0.1.0 left out, which knows of none, are announced again by the next start', async () => {
    await apply(await start(sample), yaml, 1);
    const revisionsStored = mongo.connection.collection<{ _id: number; catalog: object; publishedAt: Date }>(
      'revisions',
    );
    const first = await revisionsStored.findOne({ _id: 1 });
    const catalog = { ...first?.catalog, revision: 3 };
    await revisionsStored.insertOne({ _id: 3, catalog, publishedAt: clock.now() });
    expect(await announced(await start(sample))).toEqual([['0.0009', 'staff']]);
    await eventually(() => expect(revisions()).toEqual([1, 2, 4]));
  });

  test('in a currency that a later file does not price for a new size keep that file from being taken', async () => {
    const app = await start(sample);
    const { sizes, regions } = await app.get(Requests).ask(GetCatalog, {});
    const pounds = regions
      .map(({ id }) => {
        const compute = sizes.map((size) => `'${size.id}': '0.01'`).join(', ');
        return `  - { region: ${id}, currency: GBP, activeFrom: 2026-01-01T00:00:00Z, compute: { ${compute} }, disk: '0.00001' }\n`;
      })
      .join('');
    await apply(app, `prices:\n${pounds}`, 1);
    const larger = sample
      .replace(/^( *)- \{ id: 2xlarge.*$/m, (line, indent: string) =>
        [
          line,
          `${indent}- { id: 4xlarge, name: 4X, instanceType: m7i.8xlarge, vcpu: 32, memoryGib: 128 }`,
        ].join('\n'),
      )
      .replaceAll(
        /^( *)2xlarge: '(.*)'$/gm,
        (line, indent: string, price: string) => `${line}\n${indent}4xlarge: '${price}'`,
      );
    await expect(start(larger)).rejects.toThrow(
      /compute of 4xlarge in eu-central-1 \(GBP\) has no price in force/,
    );
  });
});
