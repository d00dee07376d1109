import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * What a credential stands for. An API token (`brt_…`) and a log-in session (`brs_…`) are for coming in; by the others, which are the
 * secrets of links, nobody logs in: an invitation, and what is sent to verify an address, to choose a new password, to change the address.
 */
const PREFIXES = {
  token: 'brt_',
  session: 'brs_',
  invitation: 'bri_',
  verification: 'brv_',
  reset: 'brr_',
  change: 'brc_',
} as const;
export type CredentialKind = keyof typeof PREFIXES;
const KINDS = Object.keys(PREFIXES) as CredentialKind[];
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 256 random bits in 62 digits. */
const SECRET_LENGTH = 43;
/** 32 bits in 62 digits. */
const CHECKSUM_LENGTH = 6;
/** Prefix and four characters, which leave 232 bits unknown. */
const HINT_LENGTH = 8;

const FORM = new RegExp(`^br[tsivrc]_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

/**
 * A new credential: prefix, secret and a CRC-32 of both, in letters and digits only, so that a double click takes all
 * of it, scanners find it in a repository by its form, and a typo costs no look-up.
 */
export function newCredential(kind: CredentialKind): string {
  const body = PREFIXES[kind] + base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_LENGTH);
  return body + checksum(body);
}

/** What a text is a well-formed credential of, or null; says nothing about whether it is known. */
export function credentialKind(text: string): CredentialKind | null {
  if (!FORM.test(text)) return null;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return null;
  return KINDS.find((kind) => body.startsWith(PREFIXES[kind])) ?? null;
}

/** All that is stored of a credential. With 256 random bits in it, a plain hash cannot be turned back. */
export const digestOf = (credential: string): string => createHash('sha256').update(credential).digest('hex');

/** What a token is shown by in a list: not enough to use it. */
export const hintOf = (credential: string): string => credential.slice(0, HINT_LENGTH);

const checksum = (body: string) => base62(BigInt(crc32(body)), CHECKSUM_LENGTH);

function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; digits.length < length; rest /= 62n)
    digits = ALPHABET.charAt(Number(rest % 62n)) + digits;
  return digits;
}
