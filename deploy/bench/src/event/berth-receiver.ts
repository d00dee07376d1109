import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, Model } from 'mongoose';
import { ClockModule } from '@berth/clock';
import { BusModule, createService, OnEvent } from '@berth/messaging';
import { documentSchema, insertOne, MongoModule, newId, Transactions } from '@berth/mongo';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { Arrivals } from './sending.ts';

export const receiver = inOwnProcess(import.meta.filename);

interface Copy {
  _id: string;
  number: number;
  note: string;
}
const copySchema = documentSchema<Copy>(
  { _id: String, number: { type: Number, required: true }, note: { type: String, required: true } },
  { collection: 'copies' },
);

export async function open({ amqpUrl, mongoUri }: Stage): Promise<Contestant> {
  const arrivals = new Arrivals();

  @Controller()
  class Receiver {
    private readonly copies: Model<Copy>;

    constructor(
      @InjectConnection() connection: Connection,
      private readonly transactions: Transactions,
    ) {
      this.copies = connection.model<Copy>('Copy', copySchema);
    }

    @OnEvent(Parcel)
    async received({ number, note }: Parcel) {
      await insertOne(this.copies, { _id: newId('srv'), number, note });
      this.transactions.afterCommit(arrivals.committed);
    }
  }

  @Module({
    imports: [
      ClockModule.forRoot(),
      MongoModule.forRoot({ uri: mongoUri, database: 'bench_berth_receiver' }),
      BusModule.forRoot({ service: 'billing', amqpUrl }),
    ],
    controllers: [Receiver],
  })
  class Service {}

  const app = await createService(Service, false);
  await app.listen();
  return { round: () => arrivals.round(), stop: () => app.close() };
}
