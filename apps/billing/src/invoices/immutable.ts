import type { Document, Query, Schema } from 'mongoose';

const REMOVING = ['deleteMany', 'deleteOne', 'findOneAndDelete'] as const;
const UPDATING = ['findOneAndUpdate', 'updateMany', 'updateOne'] as const;
const REPLACING = ['findOneAndReplace', 'replaceOne'] as const;

/** What becomes of an invoice that is issued, and is not written on it. */
const AFTERWARDS = [
  ...['status', 'reductions', 'payments', 'payment', 'voided', 'documents', 'dunning', 'version'],
];

/**
 * Refuses whatever would change what is written on an invoice, or remove one, once it is issued. What is done to a draft says so in its filter
 * (`status: 'draft'`), so that it finds no other.
 */
export function immutableOnceIssued(schema: Schema): void {
  schema.pre([...REMOVING, ...REPLACING], { query: true, document: false }, function (this: AnyQuery) {
    if (!isAboutDraft(this)) throw new Immutable('it is neither removed nor replaced');
  });
  schema.pre([...UPDATING], { query: true, document: false }, function (this: AnyQuery) {
    if (isAboutDraft(this)) return;
    const [written] = fieldsIn(this.getUpdate()).filter((field) => !AFTERWARDS.includes(field));
    if (written !== undefined) throw new Immutable(`${written} stays as it is`);
  });
  schema.pre('bulkWrite', () => {
    throw new Immutable('it is not written over in bulk');
  });
  schema.pre('save', function (this: Document) {
    if (!this.isNew) throw new Immutable('it is not saved again');
  });
}

type AnyQuery = Query<unknown, unknown>;

const isAboutDraft = (query: AnyQuery) => query.getFilter().status === 'draft';

/** The fields at the top of the document that an update changes, whatever it does to them. */
function fieldsIn(update: unknown): string[] {
  return Object.entries((update ?? {}) as Record<string, unknown>).flatMap(([key, value]) => {
    const paths = key.startsWith('$') ? Object.keys(value as object) : [key];
    return paths.map((path) => path.split('.')[0] ?? path);
  });
}

class Immutable extends Error {
  constructor(why: string) {
    super(`An invoice that is issued does not change: ${why}`);
  }
}
