import { BSONRegExp, Code, Decimal128, Long, type Binary, type ObjectId, type Timestamp } from 'bson';
import { type Doc, Kind, kindOf } from './document.ts';

/** A number of any BSON kind as a double (64-bit integers and decimals may lose digits). */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return value instanceof Long ? value.toNumber() : Number(String(value));
}

/** Code point order of UTF-16 strings, which is MongoDB's (UTF-8 bytes): surrogates sort above U+E000–U+FFFF. */
export function codePointOrder(text: string): string {
  if (!/[\ud800-\uffff]/.test(text)) return text;
  return text.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code >= 0xe000 ? code - 0x800 : code + 0x2000);
  });
}

/** BSON comparison order of two values of any type: negative, 0 or positive. Missing sorts below null. */
export function compare(a: unknown, b: unknown): number {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind !== other) return kind - other;
  switch (kind) {
    case Kind.number:
      return compareNumbers(a, b);
    case Kind.string:
      return a === b ? 0 : order(codePointOrder(a as string), codePointOrder(b as string));
    case Kind.boolean:
    case Kind.date:
      return Number(a) - Number(b);
    case Kind.objectId:
      return order((a as ObjectId).toHexString(), (b as ObjectId).toHexString());
    case Kind.timestamp:
      return (a as Timestamp).compare(b as Timestamp);
    case Kind.array:
      return compareArrays(a as unknown[], b as unknown[]);
    case Kind.object:
      return compareDocuments(a as Doc, b as Doc);
    case Kind.binary:
      return compareBinaries(a as Binary, b as Binary);
    case Kind.regex:
    case Kind.code:
      return order(text(a), text(b));
  }
  return 0;
}

export function equal(a: unknown, b: unknown): boolean {
  return a === b || compare(a, b) === 0;
}

function order<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function text(value: unknown): string {
  if (value instanceof BSONRegExp) return `${value.pattern}\0${value.options}`;
  return value instanceof Code ? String(value.code) : String(value);
}

function compareNumbers(a: unknown, b: unknown): number {
  const x = toNumber(a);
  const y = toNumber(b);
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  if (x !== y) return x < y ? -1 : 1;
  if (!Number.isFinite(x) || (typeof a === 'number' && typeof b === 'number')) return 0;
  return compareDecimals(decimalOf(a), decimalOf(b));
}

interface DecimalParts {
  coefficient: bigint;
  exponent: number;
}

/** Doubles count by their shortest decimal form, so a double 0.1 equals a Decimal128 0.1 (real MongoDB: it doesn't). */
function decimalOf(value: unknown): DecimalParts {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(String(value));
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
  return {
    coefficient: BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}` || '0'),
    exponent: Number(exponent) - fraction.length,
  };
}

/** Both are nearly equal (the same double), so scaling one to the other's exponent stays small. */
function compareDecimals(a: DecimalParts, b: DecimalParts): number {
  if (a.coefficient === 0n || b.coefficient === 0n) return order(a.coefficient, b.coefficient);
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (value: DecimalParts) => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return order(scaled(a), scaled(b));
}

function compareArrays(a: unknown[], b: unknown[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const result = compare(a[index], b[index]);
    if (result) return result;
  }
  return a.length - b.length;
}

/** Field by field: type, then name, then value; field order counts. */
function compareDocuments(a: Doc, b: Doc): number {
  const names = Object.keys(a);
  const otherNames = Object.keys(b);
  for (let index = 0; index < Math.min(names.length, otherNames.length); index++) {
    const name = names[index] ?? '';
    const otherName = otherNames[index] ?? '';
    const result =
      kindOf(a[name]) - kindOf(b[otherName]) ||
      order(codePointOrder(name), codePointOrder(otherName)) ||
      compare(a[name], b[otherName]);
    if (result) return result;
  }
  return names.length - otherNames.length;
}

function compareBinaries(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

/** Whether a value is a number that is not a plain JavaScript one. */
export function isWideNumber(value: unknown): boolean {
  return value instanceof Long || value instanceof Decimal128;
}
