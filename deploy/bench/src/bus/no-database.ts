import { Global, Module, type DynamicModule } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Transactions } from '@berth/mongo';

/**
 * In the place of MongoModule: a database that keeps nothing and answers at once, so that outbox, relay and inbox do all
 * they do but wait for it.
 */
@Global()
@Module({})
export class NoDatabaseModule {
  /** `onRemoved` hears how many messages left the outbox, which they do once they are confirmed. */
  static forRoot(onRemoved: (count: number) => void): DynamicModule {
    const model = {
      exists: async () => null,
      updateOne: async () => ({ matchedCount: 1 }),
      deleteMany: async ({ _id }: { _id: { $in: string[] } }) => onRemoved(_id.$in.length),
      find: () => nothing,
    };
    const connection = {
      model: () => model,
      collection: () => ({ insertOne: async () => ({}) }),
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
