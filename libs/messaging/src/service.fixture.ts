import { Module, type INestMicroservice, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { ClockModule } from '@berth/clock';
import type { ServiceName } from '@berth/contracts';
import { MongoModule, type MongoOptions } from '@berth/mongo';
import { BusModule } from './bus.module.ts';
import { BusTransport } from './transport.ts';

interface ServiceParts {
  service?: ServiceName;
  amqpUrl: string;
  database: MongoOptions;
  controllers?: Type[];
  providers?: Provider[];
}

/** A service as `runService` would start it, in this process, so that a spec can look into it. */
export async function startService(parts: ServiceParts): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(serviceModule(parts), {
    inject: [BusTransport],
    useFactory: (strategy: BusTransport) => ({ strategy }),
    logger: process.env.BERTH_LOG_LEVEL ? undefined : false,
    abortOnError: false,
  });
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
  database: { uri, database },
  controllers = [],
  providers = [],
}: ServiceParts): Type {
  @Module({
    imports: [
      ClockModule.forRoot(),
      MongoModule.forRoot({ uri, database }),
      BusModule.forRoot({ service, amqpUrl }),
    ],
    controllers,
    providers,
  })
  class ServiceModule {}
  return ServiceModule;
}
