import { describe, expect, test } from '@jest/globals';
import type { OfferedCatalog } from '@berth/contracts';
import { diskStops, fitted, nearestStop } from './configuration.ts';

const catalog: OfferedCatalog = {
  revision: 1,
  regions: [
    { id: 'eu', name: 'Europe', zones: ['eu-a', 'eu-b'] },
    { id: 'us', name: 'America', zones: ['us-a'] },
  ],
  sizes: ['micro', 'small', 'medium'].map((id) => ({ id, name: id, vcpu: 2, memoryGib: 4 })),
  products: [
    {
      id: 'gis',
      name: 'GIS',
      description: '',
      versions: [
        { id: '2', regions: ['us'], upgradesTo: [] },
        { id: '1', regions: ['eu', 'us'], upgradesTo: ['2'] },
      ],
      sizes: ['small', 'medium'],
      disk: { minGib: 20, maxGib: 400, defaultGib: 50 },
    },
    {
      id: 'web',
      name: 'Web',
      description: '',
      versions: [{ id: '9', regions: ['eu'], upgradesTo: [] }],
      sizes: ['micro'],
      disk: { minGib: 8, maxGib: 100, defaultGib: 10 },
    },
  ],
  prices: [],
};

describe('what is filled in', () => {
  test('is recommended where nothing is known: newest version, a size above the least, where it can be had', () => {
    expect(fitted(catalog, {})).toEqual({
      product: 'gis',
      version: '2',
      size: 'medium',
      region: 'us',
      zone: null,
      diskGib: 50,
    });
  });

  test('is what was wanted, as far as it is offered', () => {
    const wanted = { product: 'gis', version: '1', size: 'small', region: 'eu', zone: 'eu-b', diskGib: 70 };
    expect(fitted(catalog, wanted)).toEqual(wanted);
    expect(fitted(catalog, { ...wanted, version: '2' })).toMatchObject({ region: 'us', zone: null });
    expect(fitted(catalog, { ...wanted, product: 'web' })).toEqual({
      product: 'web',
      version: '9',
      size: 'micro',
      region: 'eu',
      zone: 'eu-b',
      diskGib: 70,
    });
    expect(fitted(catalog, { ...wanted, diskGib: 1 })?.diskGib).toBe(20);
    expect(fitted(catalog, { ...wanted, diskGib: 1_000 })?.diskGib).toBe(400);
  });

  test('is nothing where nothing is sold', () => {
    expect(fitted({ ...catalog, products: [] }, {})).toBeNull();
  });
});

describe('the slider of the disk', () => {
  const stops = diskStops({ minGib: 18, maxGib: 310, defaultGib: 55 });

  test('stops at both limits, at the usual size, and at round sizes between', () => {
    expect(stops.slice(0, 6)).toEqual([18, 20, 25, 30, 40, 50]);
    expect(stops).toContain(55);
    expect(stops.slice(-3)).toEqual([250, 300, 310]);
  });

  test('goes to the stop next to what was typed', () => {
    expect(stops[nearestStop(stops, 46)]).toBe(50);
    expect(stops[nearestStop(stops, 5_000)]).toBe(310);
  });
});
