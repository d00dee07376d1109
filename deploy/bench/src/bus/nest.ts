import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientRMQ,
  Ctx,
  EventPattern,
  Payload,
  RmqContext,
  Transport,
  type RmqOptions,
} from '@nestjs/microservices';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import { Parcel } from '../parcel.ts';
import type { Stage } from '../stage.ts';
import { Flow, PREFETCH } from './flow.ts';

export const inProcess = inOwnProcess(import.meta.filename);

/** As its documentation has it, with the settings that keep messages: persistent, a quorum queue, acks by hand. */
export async function open({ amqpUrl }: Stage): Promise<Contestant> {
  const options: RmqOptions['options'] = {
    urls: [amqpUrl],
    queue: 'nest.events',
    queueOptions: { durable: true, arguments: { 'x-queue-type': 'quorum' } },
    persistent: true,
    prefetchCount: PREFETCH,
  };

  @Controller()
  class Receiver {
    @EventPattern([Parcel.type])
    received(@Payload() parcel: Parcel, @Ctx() context: RmqContext) {
      if (parcel.number < 0) throw new Error('It was not sent like this');
      flow.arrived();
      (context.getChannelRef() as Channel).ack(context.getMessage() as ConsumeMessage);
    }
  }

  @Module({ controllers: [Receiver] })
  class Service {}

  const app = await NestFactory.createMicroservice(Service, {
    transport: Transport.RMQ,
    options: { ...options, noAck: false },
    logger: false,
  });
  await app.listen();
  const client = new ClientRMQ(options);
  await client.connect();
  // What `emit` returns completes with the broker's confirm.
  const flow = new Flow(
    (parcel) =>
      void client.emit(Parcel.type, parcel).subscribe({
        complete: () => flow.arrived(),
        error: (error: unknown) => {
          throw new Error('The broker has refused a message', { cause: error });
        },
      }),
  );
  return {
    round: () => flow.round(),
    async stop() {
      await client.close();
      await app.close();
    },
  };
}
