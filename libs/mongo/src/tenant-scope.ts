import type { Aggregate, Query, Schema } from 'mongoose';

const QUERIES = [
  'countDocuments',
  'deleteMany',
  'deleteOne',
  'distinct',
  'find',
  'findOne',
  'findOneAndDelete',
  'findOneAndReplace',
  'findOneAndUpdate',
  'replaceOne',
  'updateMany',
  'updateOne',
] as const;

/** The kinds of bulk write that are for documents which are there; what is inserted carries what its schema requires. */
const FILTERED = ['updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany'];

/**
 * Refuses every query, aggregation and bulk write of a model that carries no `accountId`, so that forgetting it is a failing
 * test and never another customer's data. What the service does for itself, for all customers, says so:
 * `.setOptions({ crossTenant: true })` on a query, `.option({ crossTenant: true })` on an aggregation.
 */
export function tenantScoped(schema: Schema): void {
  schema.pre([...QUERIES], { query: true, document: false }, function (this: Query<unknown, unknown>) {
    if (this.getOptions().crossTenant === true || isOne(this.getFilter().accountId)) return;
    throw new UnscopedQuery(this.model.modelName);
  });
  schema.pre('aggregate', function (this: Aggregate<unknown>) {
    const options: Record<string, unknown> = this.options;
    const [first] = this.pipeline();
    if (options.crossTenant === true || (first && '$match' in first && isOne(first.$match.accountId))) return;
    throw new UnscopedQuery(this.model().modelName);
  });
  schema.pre('bulkWrite', function (operations) {
    if (!operations.every(isScoped)) throw new UnscopedQuery(this.modelName);
  });
}

const isScoped = (operation: object): boolean =>
  Object.entries(operation).every(
    ([kind, { filter }]) => !FILTERED.includes(kind) || isOne(filter?.accountId),
  );

/** One account: an operator such as `$exists` could mean any. */
const isOne = (accountId: unknown): boolean => typeof accountId === 'string';

class UnscopedQuery extends Error {
  constructor(model: string) {
    super(`A query on ${model} carries no accountId; say crossTenant when it is meant for all accounts`);
  }
}
