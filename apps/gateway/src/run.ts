import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Logger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BusTransport } from '@berth/messaging';
import { startProcess } from '@berth/telemetry';
import { Config } from './config.ts';
import { GatewayModule } from './gateway.module.ts';
import { fastifyAdapter } from './http/adapter.ts';

/** The gateway, connected to the bus and listening. Throws when either fails. */
export async function startGateway(config: Config, log: LoggerService): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.forRoot(config),
    await fastifyAdapter(config),
    { logger: log, abortOnError: false, bodyParser: false },
  );
  try {
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(BusTransport) });
    // Connects to the bus, which the transport then listens on.
    await app.init();
    await app.startAllMicroservices();
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** The whole main: settings from the environment, drains on SIGTERM and SIGINT; says in one line why it cannot start. */
export function runGateway(): Promise<void> {
  return startProcess('gateway', async (log) => {
    const app = await startGateway(Config.from(process.env), log);
    // With exit code 0: Nest's own way would be to send itself the signal again, which looks like a crash.
    app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
    const { address, port, family } = app.getHttpServer().address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    new Logger('Gateway').log({ port }, `Listening on http://${host}:${port}`);
  });
}
