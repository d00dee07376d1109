import { describe, expect, test } from '@jest/globals';
import type { Server } from '@berth/contracts';
import { countsOf, hourlyOf, shownOf, tagsOf } from './shown.ts';
import { queryOf, viewOf, type View } from './view.ts';

const price = {
  currency: 'USD',
  perMinute: '0.002',
  perHour: '0.12',
  perMonth: '87.6',
  pausedPerMinute: '0.0005',
};
const server = (name: string, more: Partial<Server> = {}) =>
  ({
    id: `srv_${name}`,
    name,
    status: 'running',
    hostname: `${name}.berth.example`,
    ip: '127.0.0.9',
    product: 'web',
    version: '1.26',
    size: 'micro',
    region: 'eu-central-1',
    diskGib: 10,
    tags: {},
    price,
    ...more,
  }) as Server;

const tiles = server('tiles-10', {
  tags: { team: 'maps', env: 'production' },
  product: 'spatial-integration',
});
const edge = server('Tiles-9', { status: 'paused', tags: { team: 'web', urgent: '' } });
const lost = server('import', { status: 'unavailable', price: { ...price, perHour: '0.3' } });
const gone = server('old', { status: 'terminated' });
/** As the API lists them: newest first. */
const all = [tiles, edge, lost, gone];

const shown = (address: string, costs?: Map<string, string>) =>
  shownOf(all, viewOf(new URLSearchParams(address)), costs).map(({ name }) => name);

describe('the list shows', () => {
  test('all that are not terminated, newest first', () => {
    expect(shown('')).toEqual(['tiles-10', 'Tiles-9', 'import']);
    expect(shown('sort=newest')).toEqual(['import', 'Tiles-9', 'tiles-10']);
  });

  test('what all words of the search are found in, upper or lower case', () => {
    expect(shown('q=TILES')).toEqual(['tiles-10', 'Tiles-9']);
    expect(shown('q=spatial maps')).toEqual(['tiles-10']);
    expect(shown('q=team:web')).toEqual(['Tiles-9']);
    expect(shown('q=127.0.0.9 import.berth')).toEqual(['import']);
    expect(shown('q=nothing')).toEqual([]);
  });

  test('one kind of status; terminated ones only when they are asked for', () => {
    expect(shown('status=paused')).toEqual(['Tiles-9']);
    expect(shown('status=attention')).toEqual(['import']);
    expect(shown('status=terminated')).toEqual(['old']);
  });

  test('what carries a tag, with its value or with any', () => {
    expect(shown('tag=team')).toEqual(['tiles-10', 'Tiles-9']);
    expect(shown('tag=team:maps')).toEqual(['tiles-10']);
    expect(shown('tag=urgent')).toEqual(['Tiles-9']);
    expect(shown('tag=toString')).toEqual([]);
  });

  test('names in the order people count in', () => {
    expect(shown('sort=name')).toEqual(['import', 'Tiles-9', 'tiles-10']);
    expect(shown('sort=-name')).toEqual(['tiles-10', 'Tiles-9', 'import']);
  });

  test('the dearest first, by what it costs now and by what it has cost, what has cost nothing last', () => {
    expect(shown('sort=-price')).toEqual(['import', 'tiles-10', 'Tiles-9']);
    const costs = new Map([
      [edge.id, '10.5'],
      [tiles.id, '9.75'],
    ]);
    expect(shown('sort=-cost', costs)).toEqual(['Tiles-9', 'tiles-10', 'import']);
    expect(shown('sort=-cost')).toEqual(['tiles-10', 'Tiles-9', 'import']);
  });
});

test('counts and tags are those of all', () => {
  expect(countsOf(all)).toEqual({ running: 1, changing: 0, paused: 1, attention: 1, terminated: 1 });
  expect(tagsOf(all)).toEqual(['env:production', 'team:maps', 'team:web', 'urgent']);
});

test('a paused server costs its disk, one that is gone or failed nothing', () => {
  expect(hourlyOf(tiles)).toBe(0.12);
  expect(hourlyOf(edge)).toBeCloseTo(0.03);
  expect(hourlyOf(gone)).toBe(0);
  expect(hourlyOf(server('failed', { status: 'failed' }))).toBe(0);
});

describe('an address', () => {
  test('says the view, and says it again', () => {
    const view: View = { q: 'a b', group: 'paused', tag: 'team:web', sort: { by: 'cost', descending: true } };
    expect(queryOf(view).toString()).toBe('q=a+b&status=paused&tag=team%3Aweb&sort=-cost');
    expect(viewOf(queryOf(view))).toEqual(view);
  });

  test('is bare when nothing is asked for, and bears nonsense', () => {
    const usual: View = { q: '', group: null, tag: '', sort: { by: 'newest', descending: true } };
    expect(queryOf(usual).toString()).toBe('');
    expect(viewOf(new URLSearchParams('status=constructor&sort=-toString&x=1'))).toEqual(usual);
    expect(viewOf(queryOf({ ...usual, sort: { by: 'newest', descending: false } })).sort).toEqual({
      by: 'newest',
      descending: false,
    });
  });
});
