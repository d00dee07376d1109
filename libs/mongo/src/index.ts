export { connect, withoutPassword, type MongoOptions } from './connection.ts';
export { isDuplicateKey } from './duplicate-key.ts';
export { ID_PREFIXES, isId, newId, type IdPrefix } from './ids.ts';
export { Leader, type LeaderOptions } from './leader.ts';
export { createIndexes, MongoModule } from './mongo.module.ts';
export { documentSchema, idOf } from './schema.ts';
export { tenantScoped } from './tenant-scope.ts';
export { Transactions } from './transactions.ts';
export { updateVersioned, VersionConflict } from './versions.ts';
