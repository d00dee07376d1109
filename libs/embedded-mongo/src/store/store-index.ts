import { compileFilter, type Filter, matches } from '../filter/filter.ts';
import { toNumber } from '../values/compare.ts';
import { type Doc, isDoc } from '../values/document.ts';
import { indexKey, inverted } from '../values/index-key.ts';
import { indexedValues } from './index-keys.ts';
import type { Slot } from './slot.ts';

export interface IndexField {
  name: string;
  path: string[];
  direction: 1 | -1;
}

/**
 * What an index is made of, and the keys it gives a document. The entries of what is committed are in the file, under the
 * index's number; here are those of drafts, when it is unique. Whoever reads by an index checks what he may see.
 */
export class Index {
  /** Its number in the file; no other index has it. */
  readonly id: number;
  /** As given to createIndexes and returned by listIndexes. */
  readonly spec: Doc;
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: Filter | null;
  /** TTL: documents whose date in the first field is older are removed. */
  readonly expireAfterSeconds: number | null;
  /** Some document has (or had) an array at an indexed path. */
  multikey: boolean;
  /** The file knows that it is multikey. */
  multikeySaved: boolean;
  readonly #drafts = new Map<string, Set<Slot>>();
  readonly #paths: string[][];

  constructor(id: number, spec: Doc, multikey = false) {
    this.id = id;
    this.spec = spec;
    this.multikey = multikey;
    this.multikeySaved = multikey;
    this.name = String(spec.name);
    const key = isDoc(spec.key) ? spec.key : {};
    this.fields = Object.keys(key).map((name) => ({
      name,
      path: name.split('.'),
      direction: toNumber(key[name]) < 0 ? -1 : 1,
    }));
    this.#paths = this.fields.map(({ path }) => path);
    this.unique = Boolean(spec.unique);
    this.sparse = Boolean(spec.sparse);
    this.partial = spec.partialFilterExpression ? compileFilter(spec.partialFilterExpression) : null;
    this.expireAfterSeconds =
      spec.expireAfterSeconds === undefined ? null : toNumber(spec.expireAfterSeconds);
  }

  /** The keys a document has here: none when the index is sparse or partial and leaves it out. */
  keysOf(doc: Doc | null): string[] {
    if (doc === null || (this.partial && !matches(this.partial, doc))) return [];
    const { rows, multikey } = indexedValues(doc, this.#paths);
    if (multikey) this.multikey = true;
    if (this.sparse && rows.every((row) => row.every((value) => value === undefined))) return [];
    const keys = rows.map((row) =>
      this.fields.map((part, position) => this.#part(part, row[position])).join(''),
    );
    return keys.length > 1 ? [...new Set(keys)] : keys;
  }

  /** True when both surely have the same keys: the same scalars (or the very same objects) in all indexed fields. */
  isUntouched(before: Doc, after: Doc): boolean {
    return this.partial === null && this.#paths.every(([name = '']) => before[name] === after[name]);
  }

  #part({ direction }: IndexField, value: unknown): string {
    return direction < 0 ? inverted(indexKey(value)) : indexKey(value);
  }

  get becameMultikey(): boolean {
    return this.multikey && !this.multikeySaved;
  }

  /** Notes under which keys a draft stands now, so that no other gets them meanwhile. */
  redraft(slot: Slot, removed: string[], added: string[]): void {
    for (const key of removed) {
      const slots = this.#drafts.get(key);
      slots?.delete(slot);
      if (slots?.size === 0) this.#drafts.delete(key);
    }
    for (const key of added) this.#drafts.set(key, (this.#drafts.get(key) ?? new Set()).add(slot));
  }

  /** The slots whose drafts stand under this key. */
  drafted(key: string): Iterable<Slot> {
    return this.#drafts.get(key) ?? [];
  }
}
