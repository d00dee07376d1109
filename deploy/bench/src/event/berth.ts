import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { ClockModule } from '@berth/clock';
import { BusModule, createService, Outbox } from '@berth/messaging';
import { documentSchema, insertOne, MongoModule, newId, Transactions } from '@berth/mongo';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { parcel, Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { receiver } from './berth-receiver.ts';
import { sendAround } from './sending.ts';

export const inProcess = inOwnProcess(import.meta.filename);

interface Order {
  _id: string;
  number: number;
}
const orderSchema = documentSchema<Order>(
  { _id: String, number: { type: Number, required: true } },
  { collection: 'orders' },
);

export async function open(stage: Stage): Promise<Contestant> {
  @Module({
    imports: [
      ClockModule.forRoot(),
      MongoModule.forRoot({ uri: stage.mongoUri, database: 'bench_berth_sender' }),
      BusModule.forRoot({ service: 'provisioning', amqpUrl: stage.amqpUrl }),
    ],
  })
  class Sender {}

  const receiving = await receiver(stage);
  const app = await createService(Sender, false);
  const orders = app.get<Connection>(getConnectionToken()).model<Order>('Order', orderSchema);
  await app.listen();
  const [outbox, transactions] = [app.get(Outbox), app.get(Transactions)];
  const send = (number: number) =>
    transactions.run(async () => {
      await insertOne(orders, { _id: newId('srv'), number });
      await outbox.publish(Parcel, parcel(number), { accountId: 'acc_bench' });
    });
  return {
    round: () => sendAround(receiving, send),
    async stop() {
      await app.close();
      await receiving.stop();
    },
  };
}
