import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The root of the workspace. */
export const ROOT = resolve(import.meta.dirname, '../../..');

/** Where a local system keeps its data, logs and settings: BERTH_HOME, or `.berth/` in the workspace. */
export const defaultHome = (): string => resolve(process.env['BERTH_HOME'] ?? join(ROOT, '.berth'));

/** A folder under the home, made when absent. */
export function folder(home: string, ...path: string[]): string {
  const wanted = join(home, ...path);
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  return wanted;
}

/** The key services seal secrets with: made on the first start, then kept, for what it sealed lies in the database. */
export const secretsKey = (home: string): string =>
  kept(home, 'secrets.key', () => randomBytes(32).toString('base64'));

/** What accounts signs passports with, and what all services know it by. */
export function passportKeys(home: string): {
  BERTH_PASSPORT_KEY: string;
  BERTH_PASSPORT_PUBLIC_KEYS: string;
} {
  const privateKey = process.env['BERTH_PASSPORT_KEY'] ?? kept(home, 'passport.key', newPassportKey);
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  return { BERTH_PASSPORT_KEY: privateKey, BERTH_PASSPORT_PUBLIC_KEYS: publicKey };
}

const newPassportKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

function kept(home: string, name: string, make: () => string): string {
  const file = join(folder(home), name);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const key = make();
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    return key;
  }
}
