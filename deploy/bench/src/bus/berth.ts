import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import { BusModule, createService, newEnvelope, OnEvent, Publisher, toProperties } from '@berth/messaging';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { Flow } from './flow.ts';
import { NoDatabaseModule } from './no-database.ts';

export const inProcess = inOwnProcess(import.meta.filename);

export async function open({ amqpUrl }: Stage): Promise<Contestant> {
  const flow = new Flow((parcel) => void send(parcel).then(flow.arrived));

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
      NoDatabaseModule.forRoot(),
      BusModule.forRoot({ service: 'billing', amqpUrl }),
    ],
    controllers: [Receiver],
  })
  class Service {}

  const app = await createService(Service, false);
  await app.listen();
  const publisher = app.get(Publisher, { strict: false });

  /** What the relay does with a row of the outbox, and the outbox before it is stored. */
  function send(parcel: Parcel): Promise<void> {
    const envelope = newEnvelope('billing', Parcel.type, new Date(), { accountId: 'acc_bench' });
    return publisher.publish({
      exchange: Parcel.exchange,
      routingKey: Parcel.type,
      properties: toProperties(envelope),
      body: Buffer.from(JSON.stringify(Parcel.schema.parse(parcel))),
      mandatory: false,
    });
  }

  return { round: () => flow.round(), stop: () => app.close() };
}
