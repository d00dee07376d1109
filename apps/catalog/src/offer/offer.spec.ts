import { expect, test } from '@jest/globals';
import type { Catalog, Price } from '@berth/contracts';
import { OfferedCatalog } from '@berth/contracts';
import { offerOf } from './offer.ts';

const now = new Date('2026-11-22T10:00:00Z');
const price = (perMinute: string, activeFrom: string): Price => ({
  meter: 'compute',
  size: 'small',
  region: 'us-east-1',
  currency: 'USD',
  perMinute,
  activeFrom,
});
const size = (id: string, rank: number) => ({
  id,
  name: id,
  rank,
  instanceType: 'm7i.large',
  vcpu: 2,
  memoryGib: 8,
});
const image = 'ami-0123456789abcdef0';

const catalog: Catalog = {
  digest: 'd',
  revision: 7,
  regions: ['eu-central-1', 'us-east-1'].map((id) => ({ id, name: id, zones: [`${id}a`] })),
  sizes: [size('micro', 0), size('small', 1), size('large', 2)],
  products: [
    {
      id: 'etl',
      name: 'ETL',
      description: '',
      versions: [
        { id: '2', images: { 'us-east-1': image, 'eu-central-1': image }, upgradesTo: [] },
        { id: '1', images: { 'us-east-1': image }, upgradesTo: ['2'] },
      ],
      minSize: 'small',
      disk: { minGib: 10, defaultGib: 20, maxGib: 100 },
      ports: [80],
      health: { scheme: 'http', port: 80, path: '/' },
      boot: { dataPath: '/data', files: [], start: ['start --license-key secret'], bootTimeoutSeconds: 60 },
    },
  ],
  prices: [
    price('0.003', '2025-01-01T00:00:00.000Z'),
    price('0.002', '2026-01-01T00:00:00.000Z'),
    price('0.001', '2027-01-01T00:00:00.000Z'),
  ],
};

test('customers see no image, no instance type and no boot template', () => {
  const offer = offerOf(catalog, now);
  expect(OfferedCatalog.strict().parse(offer)).toEqual(offer);
  expect(JSON.stringify(offer)).not.toMatch(/ami-|m7i|license/);
});

test('a product is offered in its least size and every larger one, a version where it has an image', () => {
  expect(offerOf(catalog, now).products).toEqual([
    expect.objectContaining({
      sizes: ['small', 'large'],
      versions: [
        { id: '2', regions: ['eu-central-1', 'us-east-1'], upgradesTo: [] },
        { id: '1', regions: ['us-east-1'], upgradesTo: ['2'] },
      ],
    }),
  ]);
});

test('the price in force and those announced are shown, not those that are over', () => {
  expect(offerOf(catalog, now).prices.map(({ perMinute }) => perMinute)).toEqual(['0.002', '0.001']);
  expect(offerOf(catalog, new Date('2027-01-01T00:00:00Z')).prices.map(({ perMinute }) => perMinute)).toEqual(
    ['0.001'],
  );
});
