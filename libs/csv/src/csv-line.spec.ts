import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine } from './csv-line.ts';

describe('a line', () => {
  test('has a cell for each value, and an empty one for none', () => {
    expect(csvLine(['a', 1, null, '', -2.5])).toBe('a,1,,,-2.5\r\n');
  });

  test('is read as it was written, whatever the texts are', () => {
    const text = fc.string({ unit: fc.oneof(fc.string(), fc.constantFrom(',', '"', '\n', '\r', ' ', 'é')) });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const cells = texts.map((each) => `.${each}`);
        expect(parse(csvLine(cells), { record_delimiter: '\r\n' })).toEqual([cells]);
      }),
    );
  });

  test.each([
    '=1+1',
    '+1',
    '-1',
    '-1 for you',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://evil.example","x")',
  ])('holds no formula: %j', (text) => {
    expect(parse(csvLine([text]), { record_delimiter: '\r\n' })).toEqual([[`'${text}`]]);
  });

  test('holds decimal numbers as they are, and nothing else that only says it is one', () => {
    const cells = ['-5.00', '0.000231481481', '-1+1', '=1', '1,5'].map((decimal) => ({ decimal }));
    expect(csvLine(cells)).toBe(`-5.00,0.000231481481,'-1+1,'=1,"1,5"\r\n`);
  });
});
