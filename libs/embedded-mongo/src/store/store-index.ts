import sortedBTree from 'sorted-btree';
import { bulkLoad } from 'sorted-btree/extended/bulkLoad.js';
import { compileFilter, type Filter, matches } from '../filter/filter.ts';
import { toNumber } from '../values/compare.ts';
import { type Doc, isDoc } from '../values/document.ts';
import { indexKey, inverted, numberKey } from '../values/index-key.ts';
import { indexedValues } from './index-keys.ts';
import type { Slot } from './slot.ts';

const BTree = sortedBTree.default;
/** Children of a node of the tree; the library's own default. */
const NODE_SIZE = 32;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sequenceLength = numberKey(0).length;

export interface IndexField {
  name: string;
  path: string[];
  direction: 1 | -1;
}

/** One index entry: a slot and the key under which it stands. */
export interface IndexEntry {
  slot: Slot;
  key: string;
}

/**
 * A B+tree of order-preserving string keys, each ended by the slot's sequence. It holds entries for what is committed
 * and for drafts of open transactions, so whoever scans it checks what he may see.
 */
export class Index {
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
  multikey = false;
  #tree = new BTree<string, Slot>(undefined, compare, NODE_SIZE);
  readonly #paths: string[][];

  constructor(spec: Doc) {
    this.spec = spec;
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

  add(key: string, slot: Slot): void {
    this.#tree.set(key + numberKey(slot.sequence), slot);
  }

  /** Fills the empty index: sorted first, which is several times faster than as they come. */
  fill(entries: readonly IndexEntry[]): void {
    const sorted = entries
      .map(({ key, slot }) => ({ key: key + numberKey(slot.sequence), slot }))
      .sort((a, b) => compare(a.key, b.key));
    const keys = sorted.map(({ key }) => key);
    const slots = sorted.map(({ slot }) => slot);
    this.#tree = bulkLoad(keys, slots, NODE_SIZE, compare);
  }

  remove(key: string, slot: Slot): void {
    this.#tree.delete(key + numberKey(slot.sequence));
  }

  /** Entries with `low <= key < high` in key order, or backwards. */
  *scan(low: string, high: string, backwards = false): Generator<IndexEntry> {
    const entries = backwards ? this.#tree.entriesReversed(high) : this.#tree.entries(low);
    for (const [full, slot] of entries) {
      if (backwards ? full < low : full >= high) return;
      if (full < high) yield { slot, key: full.slice(0, -sequenceLength) };
    }
  }

  /** Slots that stand under exactly this key. */
  *withKey(key: string): Generator<Slot> {
    for (const entry of this.scan(key, key + '\uffff')) yield entry.slot;
  }
}
