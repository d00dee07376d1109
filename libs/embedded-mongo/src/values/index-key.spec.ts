import { expect, test } from '@jest/globals';
import { Binary, BSONRegExp, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { compare } from './compare.ts';
import { indexKey, inverted, keyBytes } from './index-key.ts';

const leaf = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\0', 'a', 'a\0', 'a\0b', '\uffff', '\ue000', '😀'),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => new Binary(bytes)),
  fc.constantFrom(new MinKey(), new MaxKey(), new Timestamp({ t: 1, i: 2 }), new BSONRegExp('a', 'i')),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'aa', '😀'), tie('any'), { maxKeys: 3 }),
  ),
})).any;

const orderOfKeys = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

test('keys sort as the values compare, and inverted keys the other way', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const expected = Math.sign(compare(a, b));
      expect(orderOfKeys(indexKey(a), indexKey(b))).toBe(expected);
      expect(orderOfKeys(inverted(indexKey(a)), inverted(indexKey(b)))).toBe(0 - expected || 0);
    }),
    { numRuns: 1000 },
  );
});

test('keys as bytes keep their order, and each its own', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  const anyKey = fc.oneof(
    value.map(indexKey),
    value.map((one) => inverted(indexKey(one))),
    fc.string({ unit }),
  );
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      expect(Buffer.compare(keyBytes(a), keyBytes(b))).toBe(orderOfKeys(a, b));
    }),
    { numRuns: 1000 },
  );
});

test('no key is the beginning of another, so they can be joined', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [first, second] = [indexKey(a), indexKey(b)];
      expect(first === second || !second.startsWith(first)).toBe(true);
    }),
    { numRuns: 600 },
  );
});
