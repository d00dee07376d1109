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

/**
 * Refuses every query and aggregation of a model that carries no `accountId`, so that forgetting it is a failing
 * test and never another customer's data. What the service does for itself, for all customers, says so:
 * `.setOptions({ crossTenant: true })` on a query, `.option({ crossTenant: true })` on an aggregation.
 */
export function tenantScoped(schema: Schema): void {
  schema.pre([...QUERIES], { query: true, document: false }, function (this: Query<unknown, unknown>) {
    if (this.getOptions().crossTenant === true || isSet(this.getFilter().accountId)) return;
    throw new UnscopedQuery(this.model.modelName);
  });
  schema.pre('aggregate', function (this: Aggregate<unknown>) {
    const options: Record<string, unknown> = this.options;
    const [first] = this.pipeline();
    if (options.crossTenant === true || (first && '$match' in first && isSet(first.$match.accountId))) return;
    throw new UnscopedQuery(this.model().modelName);
  });
}

const isSet = (value: unknown) => value !== undefined && value !== null;

class UnscopedQuery extends Error {
  constructor(model: string) {
    super(`A query on ${model} carries no accountId; say crossTenant when it is meant for all accounts`);
  }
}
