import { withoutSecrets, type Route } from '@berth/contracts';

const LONGEST_TEXT = 200;
const MOST_ITEMS = 50;
/** Of all that was asked for, as JSON. */
const MOST_CHARACTERS = 4_000;
const CUT = '…';

/**
 * What a valid body asks for, as the audit trail keeps it: without what its schema declares secret, and bounded, for nobody
 * fills the trail. What was cut ends in `…`. Null when nothing is left.
 */
export function changesIn({ body: schema }: Route, body: unknown): Record<string, unknown> | null {
  if (!schema) return null;
  const kept: Record<string, unknown> = {};
  let left = MOST_CHARACTERS;
  for (const [name, value] of Object.entries(Object(withoutSecrets(schema, body)) as object)) {
    const shown: unknown = cut(value);
    const { length } = JSON.stringify(shown);
    kept[name] = length > left ? CUT : shown;
    if (length <= left) left -= length;
  }
  return Object.keys(kept).length > 0 ? kept : null;
}

function cut(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? value.slice(0, LONGEST_TEXT) + CUT : value;
  if (Array.isArray(value)) {
    const first = value.slice(0, MOST_ITEMS).map(cut);
    return value.length > MOST_ITEMS ? [...first, CUT] : first;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).slice(0, MOST_ITEMS);
  return Object.fromEntries(entries.map(([name, each]) => [name, cut(each)]));
}
