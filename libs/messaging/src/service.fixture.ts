import { Module, type INestMicroservice, type Provider, type Type } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import type { ServiceName } from '@berth/contracts';
import { MongoModule, type MongoOptions } from '@berth/mongo';
import { logger } from '@berth/telemetry';
import { BusModule } from './bus.module.ts';
import type { PassportKeys } from './passports/keys.ts';
import { createService } from './run-service.ts';

interface ServiceParts {
  service?: ServiceName;
  amqpUrl: string;
  passportKeys?: PassportKeys;
  handlerTimeoutSeconds?: number;
  drainTimeoutSeconds?: number;
  retryDelaysSeconds?: readonly number[];
  /** Without one, as the gateway. */
  database?: MongoOptions;
  controllers?: Type[];
  providers?: Provider[];
}

/** A service as `runService` would start it, in this process, so that a spec can look into it. */
export async function startService(parts: ServiceParts): Promise<INestMicroservice> {
  const app = await createService(serviceModule(parts), process.env.BERTH_LOG_LEVEL ? logger('spec') : false);
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

export function serviceModule({
  service = 'billing',
  amqpUrl,
  passportKeys,
  handlerTimeoutSeconds,
  drainTimeoutSeconds,
  retryDelaysSeconds,
  database,
  controllers = [],
  providers = [],
}: ServiceParts): Type {
  @Module({
    imports: [
      ClockModule.forRoot(),
      ...(database ? [MongoModule.forRoot({ uri: database.uri, database: database.database })] : []),
      BusModule.forRoot({
        service,
        amqpUrl,
        passportKeys,
        handlerTimeoutSeconds,
        drainTimeoutSeconds,
        retryDelaysSeconds,
      }),
    ],
    controllers,
    providers,
  })
  class ServiceModule {}
  return ServiceModule;
}
