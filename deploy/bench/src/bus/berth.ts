import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import { BusModule, createService, OnEvent, Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { Flow } from './flow.ts';
import { NoDatabaseModule } from './no-database.ts';

export const inProcess = inOwnProcess(import.meta.filename);

export async function open({ amqpUrl }: Stage): Promise<Contestant> {
  const flow = new Flow(
    (parcel) => void transactions.run(() => outbox.publish(Parcel, parcel, { accountId: 'acc_bench' })),
  );

  @Controller()
  class Receiver {
    @OnEvent(Parcel)
    received(parcel: Parcel) {
      if (parcel.number < 0) throw new Error('It was not sent like this');
      flow.arrived();
    }
  }

  @Module({
    imports: [
      ClockModule.forRoot(),
      NoDatabaseModule.forRoot((count) => {
        for (let confirmed = 0; confirmed < count; confirmed++) flow.arrived();
      }),
      BusModule.forRoot({ service: 'billing', amqpUrl }),
    ],
    controllers: [Receiver],
  })
  class Service {}

  const app = await createService(Service, false);
  await app.listen();
  const outbox = app.get(Outbox);
  const transactions = app.get(Transactions);
  return { round: () => flow.round(), stop: () => app.close() };
}
