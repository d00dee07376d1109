import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import type { ServerTransition } from '@berth/contracts';
import { createService } from '@berth/messaging';
import type { Stage } from '../stage.ts';

/** Of the billing service, as it is built, what benches call: it is an app, so nothing imports it by its name. */
interface Metering {
  take(transitions: readonly ServerTransition[]): Promise<void>;
}
interface ClosingSweep {
  sweep(): Promise<void>;
  onModuleDestroy(): Promise<void>;
}
interface BillingModule {
  forRoot(config: unknown, database?: string): DynamicModule;
}

/** Billing in this process, by the clock at that address. It does nothing by itself before it listens. */
export async function billing(
  { amqpUrl, mongoUri }: Stage,
  clockUrl: string,
  database?: string,
): Promise<INestMicroservice> {
  const BillingModule = await built<BillingModule>('billing.module.js', 'BillingModule');
  const Config = await built<new (environment: NodeJS.ProcessEnv) => unknown>('config.js', 'Config');
  const config = new Config({ AMQP_URL: amqpUrl, MONGODB_URI: mongoUri });
  process.env['BERTH_CLOCK_URL'] = clockUrl;
  const module = BillingModule.forRoot(config, database);
  // What else is started from here goes by its own clock.
  delete process.env['BERTH_CLOCK_URL'];
  return createService(module, false);
}

export const meteringOf = async (app: INestMicroservice): Promise<Metering> =>
  app.get(await built<Type<Metering>>('usage/metering.js', 'Metering'));

export const closingSweepOf = async (app: INestMicroservice): Promise<ClosingSweep> =>
  app.get(await built<Type<ClosingSweep>>('invoices/closing-sweep.js', 'ClosingSweep'));

async function built<Export>(file: string, name: string): Promise<Export> {
  const url = pathToFileURL(join(import.meta.dirname, '../../../../apps/billing/dist', file)).href;
  return ((await import(url)) as Record<string, Export>)[name] as Export;
}
