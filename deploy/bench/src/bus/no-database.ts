import { Global, Module, type DynamicModule } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Transactions } from '@berth/mongo';
import type { Schema } from 'mongoose';

/**
 * In the place of MongoModule: a database that keeps nothing and answers at once, so that the inbox does all it does but
 * wait for it.
 */
@Global()
@Module({})
export class NoDatabaseModule {
  static forRoot(): DynamicModule {
    const model = {
      exists: async () => null,
      updateOne: async () => ({ matchedCount: 1 }),
      find: () => nothing,
      collection: { insertOne: async () => ({}) },
    };
    const connection = {
      model: (modelName: string, schema: Schema) => ({ ...model, modelName, schema }),
      transaction: <Result>(work: () => Promise<Result>) => work(),
      db: { admin: () => ({ ping: async () => ({ ok: 1 }) }) },
    };
    return {
      module: NoDatabaseModule,
      providers: [{ provide: getConnectionToken(), useValue: connection }, Transactions],
      exports: [getConnectionToken(), Transactions],
    };
  }
}

const nothing = { sort: () => nothing, limit: () => nothing, lean: async () => [] };
