import { describe, expect, test } from '@jest/globals';
import { minorDigits, percentOf, rounded } from './rounded.ts';

describe('an amount on an invoice', () => {
  test.each([
    ['12.405', '12.40'],
    ['12.415', '12.42'],
    ['12.4050000000001', '12.41'],
    ['0.005', '0.00'],
    ['0.015', '0.02'],
    ['-0.005', '0.00'],
    ['-0.015', '-0.02'],
    ['-12.405', '-12.40'],
    ['7', '7.00'],
    ['123456789012345678901234567890.125', '123456789012345678901234567890.12'],
  ])('%s is %s: halves go to the even cent, and zero has no sign', (exact, cents) => {
    expect(rounded(exact, 'USD')).toBe(cents);
  });

  test('has the digits of its currency', () => {
    expect(['EUR', 'CAD', 'JPY', 'KWD'].map(minorDigits)).toEqual([2, 2, 0, 3]);
    expect(rounded('0.5', 'JPY')).toBe('0');
    expect(rounded('1.5', 'JPY')).toBe('2');
    expect(rounded('1.0005', 'KWD')).toBe('1.000');
  });

  test('is a part of another in percent, rounded once', () => {
    expect(percentOf('10.50', '19', 'EUR')).toBe('2.00');
    expect(percentOf('0.50', '7', 'EUR')).toBe('0.04');
    expect(percentOf('-10.50', '19', 'EUR')).toBe('-2.00');
    expect(percentOf('10.00', '0', 'EUR')).toBe('0.00');
  });
});
