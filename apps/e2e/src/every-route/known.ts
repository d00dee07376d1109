/** A TypeID in a text. */
const ID = /\b([a-z]{2,4})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g;
/** Every id in a text. */
export const idsIn = (text: string): string[] => [...text.matchAll(ID)].map(([id]) => id);

/** So many of a kind are remembered, the newest. */
const MOST = 50;

/**
 * What a client comes to know of the system while it uses it: the ids and cursors of the answers it got. Requests that
 * are generated then partly speak of what exists.
 */
export class Known {
  private readonly kinds = new Map<string, Set<string>>();
  private readonly kept = new Set<string>();

  /** Remembers every id in an answer's text, and its cursor. */
  learn(text: string): void {
    for (const [id, kind = ''] of text.matchAll(ID)) this.add(kind, id);
    const cursor = /"nextCursor":"([^"]+)"/.exec(text)?.[1];
    if (cursor) this.add('cursor', cursor);
  }

  /** Never to be offered: what the test itself cannot do without. */
  keep(id: string): void {
    this.kept.add(id);
  }

  /** One of a kind, the same for the same number as long as none are added; undefined while none is known. */
  pick(kind: string, number: number): string | undefined {
    const all = [...(this.kinds.get(kind) ?? [])];
    return all[number % Math.max(1, all.length)];
  }

  private add(kind: string, value: string): void {
    if (this.kept.has(value)) return;
    const all = this.kinds.get(kind) ?? new Set();
    this.kinds.set(kind, all.add(value));
    const [oldest] = all;
    if (all.size > MOST && oldest !== undefined) all.delete(oldest);
  }
}

/** The prefix of the ids a pattern of the contracts takes, `srv`; undefined for any other pattern. */
export function idKind(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return undefined;
  const kind = /^\^([a-z]+)_/.exec(pattern)?.[1];
  return kind && pattern === `^${kind}${ID_TAIL}` ? kind : undefined;
}

/** How the contracts write the pattern of an id, behind its prefix. */
const ID_TAIL = '_[0-7][0-9a-hjkmnp-tv-z]{25}$';
