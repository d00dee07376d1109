import 'reflect-metadata';
import type { DynamicModule, INestMicroservice, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import type { ServiceName } from '@berth/contracts';
import { startProcess, stopOnSignal } from '@berth/telemetry';
import { BusTransport } from './transport.ts';

/** A service that `listen()` starts in this process; `runService` adds what the main of a process needs. */
export function createService(
  module: Type | DynamicModule,
  logger: LoggerService | false,
): Promise<INestMicroservice> {
  return NestFactory.createMicroservice<AsyncMicroserviceOptions>(module, {
    inject: [BusTransport],
    useFactory: (strategy: BusTransport) => ({ strategy }),
    logger,
    abortOnError: false,
  });
}

/**
 * The whole main of a service that lives on the bus: makes the module (which imports `BusModule`) and starts it, logs as
 * the service, drains on SIGTERM and SIGINT. When the environment is not right or the start fails it says why in one
 * line and exits with 1.
 */
export function runService(module: () => Type | DynamicModule, service: ServiceName): Promise<void> {
  return startProcess(service, async (log) => {
    const app = await createService(module(), log);
    // Before it listens: a stop in the middle of the start takes nothing more and finishes what was taken.
    stopOnSignal(app, log);
    await app.listen();
  });
}
