import { expect, test } from '@jest/globals';
import decodeQR from 'qr/decode.js';
import { qrPath } from './qr-path.ts';

const PIXELS = 4;

/** What a phone sees of the path: black on white. */
function pictureOf({ size, path }: ReturnType<typeof qrPath>) {
  const side = size * PIXELS;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x = '', y = ''] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let pixel = 0; pixel < PIXELS * PIXELS; pixel++) {
      const column = Number(x) * PIXELS + (pixel % PIXELS);
      const row = Number(y) * PIXELS + Math.floor(pixel / PIXELS);
      data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return { width: side, height: side, data };
}

test.each([
  'otpauth://totp/Berth:ada%40example.com?issuer=Berth&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30',
  `otpauth://totp/Berth:${'a'.repeat(242)}%40example.com?issuer=Berth&secret=GEZDGNBVGY3TQOJQ`,
])('a reader reads what was drawn: %s', (text) => {
  expect(decodeQR(pictureOf(qrPath(text)))).toBe(text);
});
