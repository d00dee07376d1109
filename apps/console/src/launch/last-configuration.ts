import type { Configuration } from './configuration.ts';

const keyOf = (accountId: string) => `berth-launch-${accountId}`;

/** What the account launched last from this browser; whatever is stored there is checked by who fits it to the catalog. */
export function lastConfiguration(accountId: string): Partial<Configuration> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(accountId)) ?? '{}');
    return typeof stored === 'object' && stored ? stored : {};
  } catch {
    // Storage is switched off, or holds something else.
    return {};
  }
}

export function rememberConfiguration(accountId: string, configuration: Configuration): void {
  try {
    localStorage.setItem(keyOf(accountId), JSON.stringify(configuration));
  } catch {
    // Storage is full or switched off: the next launch begins with what is recommended.
  }
}
