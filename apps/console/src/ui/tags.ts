import type { Server } from '@berth/contracts';

type Tags = Server['tags'];

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,62}$/;
const LONGEST_VALUE = 255;
const MOST = 20;

/** Tags as people write them: `env=test`, or a key alone. */
export const textsOf = (tags: Tags): string[] =>
  Object.entries(tags).map(([key, value]) => (value ? `${key}=${value}` : key));

/** Of two with the same key the later one counts. */
export const tagsOf = (texts: readonly string[]): Tags => Object.fromEntries(texts.map(parted));

/** Why the API would refuse them, or null. */
export function problemOf(texts: readonly string[]): string | null {
  if (texts.length > MOST) return `At most ${MOST} tags`;
  const wrong = texts.find((text) => !KEY.test(parted(text)[0]));
  if (wrong !== undefined) return `“${wrong}”: a key is letters, digits and _ . : / -, at most 63 of them`;
  const long = texts.find((text) => parted(text)[1].length > LONGEST_VALUE);
  return long === undefined ? null : `A value has at most ${LONGEST_VALUE} characters`;
}

function parted(text: string): [key: string, value: string] {
  const [key = '', ...rest] = text.split('=');
  return [key.trim(), rest.join('=').trim()];
}
