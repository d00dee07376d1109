import type { Document, Query, Schema } from 'mongoose';

const REMOVING = ['deleteMany', 'deleteOne', 'findOneAndDelete'] as const;
const CHANGING = ['findOneAndReplace', 'findOneAndUpdate', 'replaceOne', 'updateMany', 'updateOne'] as const;

/**
 * Refuses whatever would take something out of the audit trail or write over it. What can be added to an entry is its outcome, as long
 * as that is unknown: an update says so in its filter. Only with the whole account it goes, which a removal says in its options
 * (`deletedAccount`), and what is older than the trail is to be kept, past the model (`AuditRetention`).
 */
export function appendOnly(schema: Schema): void {
  schema.pre([...REMOVING], { query: true, document: false }, function (this: Query<unknown, unknown>) {
    if (this.getOptions()['deletedAccount'] !== true) throw new AppendOnly('nothing is removed from it');
  });
  schema.pre([...CHANGING], { query: true, document: false }, function (this: Query<unknown, unknown>) {
    if (this.getFilter().outcome !== 'unknown') throw new AppendOnly('an outcome is given once');
  });
  schema.pre('bulkWrite', (operations) => {
    if (!operations.every((operation: object) => 'insertOne' in operation))
      throw new AppendOnly('it is not written over in bulk');
  });
  schema.pre('save', function (this: Document) {
    if (!this.isNew) throw new AppendOnly('an entry stays as it is');
  });
}

class AppendOnly extends Error {
  constructor(why: string) {
    super(`The audit trail only grows: ${why}`);
  }
}
