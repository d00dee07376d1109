import { describe, expect, test } from '@jest/globals';
import { accepted } from './accepted.ts';

const TYPES = ['application/json', 'application/pdf', 'text/csv'] as const;
const of = (accept?: string) => accepted({ ...(accept !== undefined && { accept }) }, TYPES);

describe('a client that accepts', () => {
  test.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['application/pdf', 'application/pdf'],
    ['APPLICATION/PDF', 'application/pdf'],
    ['text/*', 'text/csv'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    ['application/pdf;q=0.1, text/csv;q=0.2', 'text/csv'],
    ['application/json;q=0, */*', 'application/pdf'],
    ['text/csv, application/pdf', 'text/csv'],
  ])('%s gets %s', (accept, type) => {
    expect(of(accept)).toBe(type);
  });

  test.each(['image/png', 'application/xml, text/html', 'application/json;q=0', 'nonsense'])(
    '%s gets nothing',
    (accept) => {
      expect(() => of(accept)).toThrow(expect.objectContaining({ code: 'not_acceptable', status: 406 }));
    },
  );
});
