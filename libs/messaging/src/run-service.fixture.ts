import { setTimeout as sleep } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { command, event, request, type DataOf } from '@berth/contracts';
import { z } from 'zod';
import { OnCommand, OnRequest } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { runService } from './run-service.ts';
import { serviceModule } from './service.fixture.ts';

export const Work = command('billing', 'berth.billing.work.v1', z.object({ seconds: z.number() }));
export const Worked = event('berth.billing.worked.v1', z.object({ pid: z.number() }));
export const Think = request(
  'billing',
  'berth.billing.think.v1',
  z.object({ seconds: z.number() }),
  z.object({}),
  'public',
);

@Controller()
class Worker {
  constructor(private readonly outbox: Outbox) {}

  @OnCommand(Work)
  async work({ seconds }: DataOf<typeof Work>) {
    console.log('working');
    await sleep(seconds * 1000);
    await this.outbox.publish(Worked, { pid: process.pid });
  }

  @OnRequest(Think)
  async think({ seconds }: DataOf<typeof Think>) {
    console.log('thinking');
    await sleep(seconds * 1000);
    return {};
  }
}

/** A service in a process of its own, for specs that end processes. */
const { AMQP_URL, MONGODB_URI, DATABASE } = process.env;
if (AMQP_URL && MONGODB_URI && DATABASE) {
  const database = { uri: MONGODB_URI, database: DATABASE };
  await runService(() => serviceModule({ amqpUrl: AMQP_URL, database, controllers: [Worker] }), 'billing');
  console.log('started');
}
