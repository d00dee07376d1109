import { describe, expect, test } from '@jest/globals';
import type { OwnPrice, Price } from '@berth/contracts';
import fc from 'fast-check';
import { AccountPrices } from './account-prices.ts';
import { amountOf } from './amount.ts';
import { MissingPrice, PriceBook } from './price-book.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-01T10:00:00Z');
const small = { meter: 'compute', size: 'small', region: 'eu-central-1' } as const;
const at = (minute: number) => new Date(START + minute * MINUTE);
const row = (perMinute: string, from: number, more: Partial<Price> = {}): Price => ({
  ...small,
  currency: 'USD',
  perMinute,
  activeFrom: at(from).toISOString(),
  ...more,
});
const own = (perMinute: string, from: number, until: number | null, more: Partial<Price> = {}): OwnPrice => ({
  ...row(perMinute, from, more),
  activeUntil: until === null ? null : at(until).toISOString(),
});
const list = [row('1', -100), row('2', 10), row('3', 20)];
const cut = (book: PriceBook, from: number, to: number) =>
  book
    .segments(small, at(from).getTime(), at(to).getTime())
    .map(({ price, ...segment }) => [price.perMinute, (segment.to - segment.from) / MINUTE]);

describe('a price of an account’s own', () => {
  test('comes before the catalog’s while it holds, whatever the catalog does meanwhile', () => {
    const book = new PriceBook(list, { own: [own('0.5', 5, 15)] });
    expect(cut(book, 0, 30)).toEqual([
      ['1', 5],
      ['0.5', 10],
      ['2', 5],
      ['3', 10],
    ]);
    expect(book.changesAfter(at(0), small)).toEqual([at(5), at(15), at(20)]);
    expect(book.find(small, at(15))).toBe(list[1]);
  });

  test('that has no end holds for good, and one that follows another leaves no gap', () => {
    const book = new PriceBook(list, { own: [own('0.6', 10, null), own('0.5', 5, 10)] });
    expect(cut(book, 0, 100)).toEqual([
      ['1', 5],
      ['0.5', 5],
      ['0.6', 90],
    ]);
    expect(book.changesAfter(at(5), small)).toEqual([at(10)]);
  });

  test('that ends as the catalog’s price changes gives way to the new one, once', () => {
    const book = new PriceBook(list, { own: [own('0.5', 5, 20)] });
    expect(cut(book, 0, 30)).toEqual([
      ['1', 5],
      ['0.5', 15],
      ['3', 10],
    ]);
    expect(book.shownAt(at(0)).map(({ perMinute }) => perMinute)).toEqual(['1', '0.5', '3']);
  });

  test('is one of its series, and of its currency, only', () => {
    const others = [own('9', 5, null, { size: 'large' }), own('9', 5, null, { currency: 'EUR' })];
    expect(cut(new PriceBook(list, { own: others }), 0, 30)).toEqual(cut(new PriceBook(list), 0, 30));
  });

  test('that ends where the catalog has none leaves none', () => {
    const book = new PriceBook([], { currency: 'USD', own: [own('1', 0, 10)] });
    expect(book.find(small, at(9))?.perMinute).toBe('1');
    expect(() => book.segments(small, at(0).getTime(), at(11).getTime())).toThrow(MissingPrice);
  });

  test('is told apart from the catalog’s in nothing but the figure', () => {
    const book = new PriceBook(list, { own: [own('0.5', 5, 15)] });
    expect(book.find(small, at(5))).toEqual(row('0.5', 5));
  });

  test('costs what its minutes cost one by one, to the last digit', () => {
    const minute = fc.integer({ min: 0, max: 40 });
    const times = fc.uniqueArray(minute, { maxLength: 6 }).map((each) => each.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(fc.uniqueArray(minute, { maxLength: 5 }), times, minute, minute, (changes, ends, a, b) => {
        const prices = [row('1', -100), ...changes.map((change) => row(`2.${change}`, change))];
        const owned = ends.flatMap((from, index) =>
          index % 2 === 0 ? [own(`0.${from + 1}`, from, ends[index + 1] ?? null)] : [],
        );
        const book = new PriceBook(prices, { own: owned });
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
        const oneByOne = Array.from({ length: to - from }, (_, index) => {
          const time = at(from + index).toISOString();
          const special = owned.find(
            ({ activeFrom, activeUntil }) =>
              activeFrom <= time && (activeUntil === null || time < activeUntil),
          );
          const latest = prices.toSorted((x, y) => (x.activeFrom < y.activeFrom ? -1 : 1));
          const price = special ?? latest.findLast(({ activeFrom }) => activeFrom <= time);
          return [price ?? row('999', 0), 1] as const;
        });
        const segments = book
          .segments(small, at(from).getTime(), at(to).getTime())
          .map((segment) => [segment.price, (segment.to - segment.from) / MINUTE] as const);
        expect(amountOf(segments)).toBe(amountOf(oneByOne));
      }),
    );
  });
});

describe('the currency of an account', () => {
  const april = '2026-04-01T00:00:00.000Z';
  const prices = [row('1', -100), row('0.9', -90, { currency: 'EUR' }), row('5', 60 * 24 * 40)];
  const terms = { currencies: [{ currency: 'EUR', activeFrom: april }], prices: [] };

  test('is the catalog’s oldest without terms, and before the first that was agreed', () => {
    expect(new AccountPrices(prices).bookAt(at(0)).currency).toBe('USD');
    expect(new AccountPrices(prices, terms).bookAt(at(0)).currency).toBe('USD');
  });

  test('is the one agreed from its month on, at the prices in it', () => {
    const of = new AccountPrices(prices, terms);
    expect(of.bookAt(new Date(april)).currency).toBe('EUR');
    expect(of.find(small, new Date(april))?.perMinute).toBe('0.9');
    expect(of.find(small, new Date('2026-03-31T23:59:00Z'))?.perMinute).toBe('1');
  });

  test('that is going to be another one leaves no announcement of prices that will not hold', () => {
    expect(new AccountPrices(prices).bookAt(at(0)).changesAfter(at(0), small)).toHaveLength(1);
    const book = new AccountPrices(prices, terms).bookAt(at(0));
    expect(book.changesAfter(at(0), small)).toEqual([]);
    expect(book.shownAt(at(0)).map(({ perMinute }) => perMinute)).toEqual(['1']);
  });
});

test('what is shown of a price that goes on says since when it does', () => {
  const book = new PriceBook(list, { own: [own('0.5', 5, 15)] });
  expect(book.shownAt(at(17)).map(({ perMinute, activeFrom }) => [perMinute, activeFrom])).toEqual([
    ['2', at(15).toISOString()],
    ['3', at(20).toISOString()],
  ]);
});
