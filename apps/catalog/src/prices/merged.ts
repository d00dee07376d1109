import type { Price } from '@berth/contracts';
import { costTheSame, inOrder, keyOf } from './price-rows.ts';

/** The rows of the file and those that staff have applied besides, each once. */
export function merged(filed: readonly Price[], applied: readonly Price[]): Price[] {
  const known = new Set(filed.map(keyOf));
  return inOrder([...filed, ...applied.filter((row) => !known.has(keyOf(row)))]);
}

/** Where a file says something else than staff do of the same row. */
export function contradictions(filed: readonly Price[], applied: readonly Price[]): string[] {
  const byKey = new Map(filed.map((row) => [keyOf(row), row]));
  return applied.flatMap((row) => {
    const other = byKey.get(keyOf(row));
    if (!other || costTheSame(other, row)) return [];
    return [
      `The price ${other.perMinute} for ${keyOf(row)} contradicts ${row.perMinute}, which staff have applied: take it out of the file, or have them withdraw theirs before it begins`,
    ];
  });
}
