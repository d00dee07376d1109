import { Schema, type SchemaDefinition, type SchemaDefinitionProperty } from 'mongoose';
import { isId, newId, type IdPrefix } from './ids.ts';
import { tenantScoped } from './tenant-scope.ts';

interface DocumentSchemaOptions {
  /** The collection's name: `servers`. */
  collection: string;
  /** Queries must carry `accountId`, or say `crossTenant`; see {@link tenantScoped}. */
  tenantScoped?: boolean;
}

/**
 * A mongoose schema by the rules of the house: unknown fields throw, in documents, updates and filters; the
 * version is an integer field `version` that every `save()` checks and every {@link updateVersioned} raises;
 * `_id` is a string (see {@link idOf}).
 *
 *     const serverSchema = documentSchema<Server>({ _id: idOf('srv'), name: { type: String, required: true } }, { collection: 'servers' });
 */
export function documentSchema<Document>(
  definition: SchemaDefinition<Document>,
  { collection, tenantScoped: scoped = false }: DocumentSchemaOptions,
): Schema<Document> {
  const schema = new Schema<Document>(definition as never, {
    collection,
    strict: 'throw',
    strictQuery: 'throw',
    versionKey: 'version',
    optimisticConcurrency: true,
    minimize: false,
  });
  if (scoped) schema.plugin(tenantScoped);
  return schema;
}

/** An `_id` that is a TypeID of this kind and is made when the document is. */
export function idOf(prefix: IdPrefix): SchemaDefinitionProperty<string> {
  return {
    type: String,
    default: () => newId(prefix),
    validate: { validator: (id: unknown) => isId(prefix, id), message: `must be a ${prefix}_ id` },
  };
}
