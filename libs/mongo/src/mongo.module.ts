import {
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { getConnectionToken, InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { connect, type MongoOptions } from './connection.ts';
import { Transactions } from './transactions.ts';

/**
 * The service's database for all its modules: `MongooseModule.forFeature` and `@InjectModel` work on it,
 * {@link Transactions} can be injected. The start waits until every index of every model exists.
 */
@Module({})
export class MongoModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  static forRoot(options: MongoOptions): DynamicModule {
    return {
      module: MongoModule,
      global: true,
      providers: [{ provide: getConnectionToken(), useFactory: () => connect(options) }, Transactions],
      exports: [getConnectionToken(), Transactions],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await createIndexes(this.connection);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}

/** Creates the collections and indexes of all models; an index that cannot be built fails with the model's name. */
export async function createIndexes(connection: Connection): Promise<void> {
  for (const [name, model] of Object.entries(connection.models)) {
    try {
      await model.init();
    } catch (cause) {
      throw new Error(`The indexes of ${name} cannot be created: ${String(cause)}`, { cause });
    }
  }
}
