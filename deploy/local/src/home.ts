import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
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
export function secretsKey(home: string): string {
  const file = join(folder(home), 'secrets.key');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const key = randomBytes(32).toString('base64');
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    return key;
  }
}
