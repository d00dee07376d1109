import { createHash } from 'node:crypto';

/** What stays the same of a text in base64 wherever in the encoded bytes it begins. */
function base64At(offset: number, secret: Buffer): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), secret])
    .toString('base64')
    .replace(/=+$/, '');
  const [first, last] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + secret.length) * 8) / 6)];
  return encoded.slice(first, last);
}

/** The shortest part of a secret that is looked for: nothing else has eight such letters in common with it. */
const SHORTEST = 8;

/**
 * The texts by which a secret is known when it lies somewhere: itself and its middle, as they are, in base64 and base64url at any place of a
 * longer text, in hexadecimal, in a URL, in JSON; and its plain SHA-256, by which a guess can be tried.
 */
export function formsOf(secret: string): string[] {
  return [...new Set([...encoded(secret), ...encoded(middleOf(secret)), ...digests(secret)])];
}

/** Of its longest word what is left without the ends; of one that is short, all. */
function middleOf(secret: string): string {
  const [longest = secret] = (secret.match(/[A-Za-z0-9]+/g) ?? []).sort((a, b) => b.length - a.length);
  const end = Math.floor(longest.length / 4);
  if (longest.length >= 2 * SHORTEST) return longest.slice(end, -end);
  return longest.length >= SHORTEST ? longest : secret;
}

function encoded(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((offset) => base64At(offset, bytes));
  return [
    text,
    ...base64,
    ...base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll('%20', '+'),
    encodeURI(text),
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  ];
}

/** Not of what has 256 random bits: its digest is all that may be kept of it. */
function digests(secret: string): string[] {
  if (/^br[a-z]_/.test(secret)) return [];
  const digest = createHash('sha256').update(secret).digest();
  return [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')];
}
