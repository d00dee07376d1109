import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CanActivate, DynamicModule, ExecutionContext, Provider } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication, FastifyAdapter } from '@nestjs/platform-fastify';
import type { Principal } from '@berth/contracts';
import { BusTransport, PassportKey, PassportOffice } from '@berth/messaging';

/**
 * The gateway made of its own modules, but for what looks at who calls: neither token nor role is checked, no limit counts, nothing is written into
 * the audit trail. Everybody is the customer that is named to it, with passports that it signs with the key of accounts. Tells its parent
 * the address it listens on.
 */
const built = (file: string) =>
  import(pathToFileURL(join(import.meta.dirname, '../../../../apps/gateway/dist', file)).href);
const { GatewayModule } = (await built('gateway.module.js')) as {
  GatewayModule: { forRoot(config: unknown): DynamicModule };
};
const { Config } = (await built('config.js')) as { Config: { from(env: NodeJS.ProcessEnv): unknown } };
const { fastifyAdapter } = (await built('http/adapter.js')) as {
  fastifyAdapter(config: unknown): Promise<FastifyAdapter>;
};

const { CallerPassports } = (await built('access/caller-passports.js')) as {
  CallerPassports: new (first: Passports, renew: () => Promise<Passports>) => object;
};
type Passports = Awaited<ReturnType<PassportOffice['issue']>>;

const { BERTH_PASSPORT_KEY, ...environment } = process.env;
const key = PassportKey.parse(BERTH_PASSPORT_KEY);
if (!key) throw new Error('There is no key for passports');
const office = new PassportOffice(key);
const caller = JSON.parse(process.argv[2] ?? '') as Principal;
const passports = new CallerPassports(await office.issue(caller), () => office.issue(caller));
class Everybody implements CanActivate {
  canActivate(context: ExecutionContext): true {
    Object.assign(context.switchToHttp().getRequest<object>(), { caller, passports });
    return true;
  }
}

const nameOf = (provider: Provider): string =>
  typeof provider === 'object' && 'useClass' in provider ? provider.useClass.name : '';
const WITHOUT = ['AccessGuard', 'OutcomeInterceptor', 'IntentInterceptor'];
const config = Config.from({ ...environment, BERTH_PORT: '0' });
const module = GatewayModule.forRoot(config);
const left = (module.providers ?? []).filter((provider) => !WITHOUT.includes(nameOf(provider)));
if (left.length !== (module.providers?.length ?? 0) - WITHOUT.length)
  throw new Error('The gateway is not made of what it was');

const app = await NestFactory.create<NestFastifyApplication>(
  { ...module, providers: [...left, { provide: APP_GUARD, useClass: Everybody }] },
  await fastifyAdapter(config),
  { logger: false, abortOnError: false, bodyParser: false },
);
app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(BusTransport) });
await app.init();
await app.startAllMicroservices();
await app.listen(0, '127.0.0.1');
process.send?.(`http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`);
process.on('disconnect', () => process.exit());
