import { Controller } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { event, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { OnEvent } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

/** A service for which each message is a row and an event sent on, until it is killed or a message ends it. */
export const Ordered = event(
  'berth.killed-spec.ordered.v1',
  z.object({ number: z.number(), ends: z.enum(['well', 'in an error', 'the process']).default('well') }),
);
export const Shipped = event('berth.killed-spec.shipped.v1', z.object({ number: z.number() }));

@Controller()
class Shipping {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  @OnEvent(Ordered)
  async ordered({ number, ends }: DataOf<typeof Ordered>, { id, attempt }: MessageContext) {
    const { session } = this.transactions;
    await this.connection.collection('runs').insertOne({ number, attempt });
    await this.connection.collection('shipments').insertOne({ messageId: id, number }, { session });
    await this.outbox.publish(Shipped, { number });
    if (ends === 'the process') process.exit(1);
    if (ends === 'in an error') throw new Error('poison');
  }
}

if (import.meta.main) {
  const { AMQP_URL = '', MONGODB_URI = '', DATABASE = '' } = process.env;
  await startService({
    amqpUrl: AMQP_URL,
    database: { uri: MONGODB_URI, database: DATABASE },
    controllers: [Shipping],
    retryDelaysSeconds: [1],
  });
}
