import { expect, test } from '@jest/globals';
import { quoted } from './quoted.ts';

test.each([
  ['stays as it is', 'Analytical Engines & Söhne', '“Analytical Engines & Söhne”'],
  ['is one line', 'Ada\r\nBcc: x\u2028y\u0000z', '“Ada Bcc:\u2060 x y z”'],
  ['ends where it would take the page', 'x'.repeat(100), `“${'x'.repeat(59)}…”`],
  ['is cut between characters', '🏗'.repeat(100), `“${'🏗'.repeat(59)}…”`],
  [
    'is no link',
    'https://evil.example/a@b',
    '“https:\u2060/\u2060/\u2060evil.\u2060example/\u2060a@\u2060b”',
  ],
  ['turns no direction', '\u202Eelpmaxe\u200B', '“elpmaxe”'],
])('what somebody else wrote %s', (_, words, shown) => expect(quoted(words)).toBe(shown));
