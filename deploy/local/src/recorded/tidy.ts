import type { Said } from './recording.ts';

const CREDENTIAL = /\bbr[ts]_[A-Za-z0-9]+/g;

/**
 * Makes a recording fit for the repository: credentials become names of credentials, and what was asked again with the same
 * answer (polls, checks of the same token) is kept once.
 */
export function tidied(said: readonly Said[]): Said[] {
  const kept = new Set<string>();
  const once = said.filter((each) => {
    if (!each.answer) return !isRequest(each);
    const key = JSON.stringify([each.from, each.to, each.type, each.body, each.answer.body]);
    if (kept.has(key)) return false;
    kept.add(key);
    return true;
  });
  return JSON.parse(withoutCredentials(JSON.stringify(once))) as Said[];
}

const isRequest = ({ to }: Said): boolean => !to.startsWith('berth.');

function withoutCredentials(text: string): string {
  const names = new Map<string, string>();
  return text.replace(CREDENTIAL, (credential) => {
    const name = names.get(credential) ?? `${credential.slice(0, 4)}recorded${names.size + 1}`;
    names.set(credential, name);
    return name;
  });
}
