import { randomBytes } from 'node:crypto';
import { digestOf } from '../credentials/credential.ts';

const CODES = 10;
/** 80 bits: found neither by trying nor from their digests. */
const CODE_BYTES = 10;
/** Crockford's base32: none of its characters is taken for another one. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A set of recovery codes, as they are shown: `7KQ2-M9XD-0FHB-3TRC`. */
export const newRecoveryCodes = (): string[] => Array.from({ length: CODES }, newRecoveryCode);

/** All that is stored of a recovery code. The user is in it, so that one guess is a guess at one user's. */
export const recoveryDigest = (userId: string, code: string): string =>
  digestOf(`${userId} ${plainCode(code)}`);

/** A code without what does not matter. */
export const plainCode = (code: string): string => code.replaceAll(/[\s-]/g, '').toUpperCase();

function newRecoveryCode(): string {
  const bits = BigInt(`0x${randomBytes(CODE_BYTES).toString('hex')}`);
  const digits = Array.from({ length: (CODE_BYTES * 8) / 5 }, (_, at) =>
    ALPHABET.charAt(Number((bits >> BigInt(at * 5)) & 31n)),
  );
  return (digits.join('').match(/.{4}/g) ?? []).join('-');
}
