import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { ClockModule } from '@berth/clock';
import type { DataOf } from '@berth/contracts';
import { BusModule, OnEvent, Outbox, runService, type MessageContext } from '@berth/messaging';
import { MongoModule, Transactions } from '@berth/mongo';
import {
  CONSUMERS_DATABASE,
  Environment,
  Handled,
  RETRY_DELAYS_SECONDS,
  Sent,
  type EffectRow,
  type RunRow,
} from './parcel.ts';

/**
 * The service `billing`, for which each message is a row and an event sent on. It prints a line once it consumes. With
 * `healed` as argument poison is no poison any more.
 */
const healed = process.argv.includes('healed');
const { AMQP_URL: amqpUrl, MONGODB_URI: uri } = Environment.parse(process.env);

@Controller()
class Receiver {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  @OnEvent(Sent)
  async sent({ number, ends }: DataOf<typeof Sent>, { id: messageId, time }: MessageContext) {
    if (ends !== 'well') await this.connection.collection<RunRow>('runs').insertOne({ messageId, number });
    const { session } = this.transactions;
    const tookMilliseconds = Date.now() - time.getTime();
    await this.connection
      .collection<EffectRow>('effects')
      .insertOne({ number, messageId, tookMilliseconds }, { session });
    await this.outbox.publish(Handled, { number });
    if (healed) return;
    if (ends === 'the process') process.exit(1);
    if (ends === 'in an error') throw new Error('Poison');
  }
}

@Module({
  imports: [
    ClockModule.forRoot(),
    MongoModule.forRoot({ uri, database: CONSUMERS_DATABASE }),
    BusModule.forRoot({ service: 'billing', amqpUrl, retryDelaysSeconds: RETRY_DELAYS_SECONDS }),
  ],
  controllers: [Receiver],
})
class Consumer {}

await runService(() => Consumer, 'billing');
console.log('ready');
