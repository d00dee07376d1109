import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** By the key's id. */
export type PassportKeys = ReadonlyMap<string, KeyObject>;

/** BERTH_PASSPORT_KEY: an Ed25519 private key, PKCS #8 in DER and base64 (`openssl genpkey -algorithm ed25519 -outform DER | base64`). */
export const PassportKey = z
  .string()
  .transform((text) => keyIn(() => createPrivateKey({ key: der(text), format: 'der', type: 'pkcs8' })))
  .refine((key) => key !== undefined, 'must be an Ed25519 private key, PKCS #8 in DER and base64');

/**
 * BERTH_PASSPORT_PUBLIC_KEYS: the Ed25519 public keys that count, by commas, each SPKI in DER and base64 (`openssl pkey -inform DER
 * -pubout -outform DER | base64`). Two while the key is changed: the new one is made known everywhere before accounts signs with it.
 */
export const PassportPublicKeys = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.map((part) => keyIn(() => publicKeyIn(part))))
  .refine((keys) => keys.every((key) => key !== undefined), {
    message: 'must be Ed25519 public keys, SPKI in DER and base64, by commas',
  })
  .transform((keys): PassportKeys => new Map(keys.flatMap((key) => (key ? [[keyIdOf(key), key]] : []))));

/** On AWS nothing is asked without a passport: for the `refine` of a service's environment. */
export const checksPassports = (env: {
  BERTH_CLOUD?: 'simulator' | 'aws';
  BERTH_PASSPORT_PUBLIC_KEYS?: PassportKeys | undefined;
}): boolean => env.BERTH_CLOUD !== 'aws' || env.BERTH_PASSPORT_PUBLIC_KEYS !== undefined;

export const PASSPORTS_UNCHECKED = {
  path: ['BERTH_PASSPORT_PUBLIC_KEYS'],
  message: 'is required with BERTH_CLOUD=aws: any service could ask in the name of any account',
};

/** A key's id says nothing but which it is: the start of the SHA-256 of its public half. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(spki).digest('base64url').slice(0, 16);
}

const der = (base64: string) => Buffer.from(base64, 'base64');
const publicKeyIn = (text: string) => createPublicKey({ key: der(text), format: 'der', type: 'spki' });

function keyIn(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
