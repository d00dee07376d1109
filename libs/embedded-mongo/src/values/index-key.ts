import { Long, type BSONRegExp, type Code, type Binary, type ObjectId, type Timestamp } from 'bson';
import { codePointOrder, toNumber } from './compare.ts';
import { type Doc, Kind, kindOf } from './document.ts';

const double = new Float64Array(1);
const units = new Uint16Array(double.buffer);

/**
 * A value as a string whose UTF-16 order is the BSON comparison order. Equal values have equal keys, except that
 * decimals count by their nearest double. Missing and null share a key, as in MongoDB's indexes. No key is a prefix
 * of another, so keys can be joined into compound keys.
 */
export function indexKey(value: unknown): string {
  const kind = kindOf(value);
  const tag = tagOf(kind);
  switch (kind) {
    case Kind.missing:
      return tagOf(Kind.null);
    case Kind.number:
      return tag + numberKey(toNumber(value)) + lowDigits(value);
    case Kind.string:
      return tag + textKey(value as string);
    case Kind.boolean:
      return tag + (value ? '1' : '0');
    case Kind.date:
      return tag + numberKey(Number(value));
    case Kind.objectId:
      return tag + (value as ObjectId).toHexString();
    case Kind.array:
      return tag + (value as unknown[]).map((element) => '\u0001' + indexKey(element)).join('') + '\0';
    case Kind.object:
      return tag + documentKey(value as Doc) + '\0';
    case Kind.binary: {
      const binary = value as Binary;
      const bytes = Buffer.from(binary.value()).toString('latin1');
      return tag + numberKey(binary.length()) + String.fromCharCode(binary.sub_type) + bytes;
    }
    case Kind.timestamp: {
      const { t, i } = value as Timestamp;
      return tag + numberKey(t) + numberKey(i);
    }
    case Kind.regex: {
      const regex = value as BSONRegExp;
      return tag + textKey(regex.pattern) + textKey(regex.options);
    }
    case Kind.code:
      return tag + textKey(String((value as Code).code));
  }
  return tag;
}

/** The first character of every key of this type: `[tagOf(k), tagAfter(k))` holds all values of the type. */
export function tagOf(kind: Kind): string {
  return String.fromCharCode(kind + 2);
}

export function tagAfter(kind: Kind): string {
  return String.fromCharCode(kind + 3);
}

/** The key for a descending field: the order turned round. */
export function inverted(key: string): string {
  let result = '';
  for (let index = 0; index < key.length; index++) {
    result += String.fromCharCode(0xffff - key.charCodeAt(index));
  }
  return result;
}

/** A key as bytes of the same order: every UTF-16 unit by itself as UTF-8 would write it, halves of surrogates too. */
export function keyBytes(key: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(key.length * 3);
  let end = 0;
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index);
    if (unit < 0x80) bytes[end++] = unit;
    else {
      if (unit < 0x800) bytes[end++] = 0xc0 | (unit >> 6);
      else {
        bytes[end++] = 0xe0 | (unit >> 12);
        bytes[end++] = 0x80 | ((unit >> 6) & 0x3f);
      }
      bytes[end++] = 0x80 | (unit & 0x3f);
    }
  }
  return bytes.subarray(0, end);
}

/** A number as four units in its order. */
function numberKey(value: number): string {
  if (Number.isNaN(value)) return '\0\0\0\0';
  double[0] = value === 0 ? 0 : value;
  const negative = ((units[3] ?? 0) & 0x8000) !== 0;
  const flip = (unit = 0) => (negative ? ~unit & 0xffff : unit);
  const high = negative ? flip(units[3]) : (units[3] ?? 0) | 0x8000;
  return String.fromCharCode(high, flip(units[2]), flip(units[1]), flip(units[0]));
}

/** What a double loses of a 64-bit integer (at most ±512). */
function lowDigits(value: unknown): string {
  if (!(value instanceof Long)) return '\u8000';
  return String.fromCharCode(0x8000 + Number(value.toBigInt() - BigInt(value.toNumber())));
}

function textKey(text: string): string {
  const ordered = codePointOrder(text);
  return (ordered.includes('\0') ? ordered.replaceAll('\0', '\0\u0001') : ordered) + '\0\0';
}

function documentKey(doc: Doc): string {
  let key = '';
  for (const name of Object.keys(doc)) {
    key += '\u0001' + tagOf(kindOf(doc[name])) + textKey(name) + indexKey(doc[name]);
  }
  return key;
}
