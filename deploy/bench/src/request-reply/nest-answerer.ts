import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport, type RmqOptions } from '@nestjs/microservices';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { answerTo, Find, type Question } from './asking.ts';

type Options = NonNullable<RmqOptions['options']>;

export const answererAsShipped = inOwnProcess(import.meta.filename, 'openAsShipped');
export const answererWithNoDelay = inOwnProcess(import.meta.filename, 'openWithNoDelay');

export const shipped = ({ amqpUrl }: Stage): Options => ({
  urls: [amqpUrl],
  queue: 'nest.requests',
});
export const noDelay = ({ amqpUrl }: Stage): Options => ({
  urls: [amqpUrl],
  queue: 'nest-no-delay.requests',
  socketOptions: { connectionOptions: { noDelay: true } },
});

export const openAsShipped = (stage: Stage) => answer(shipped(stage));
export const openWithNoDelay = (stage: Stage) => answer(noDelay(stage));

async function answer(options: Options): Promise<Contestant> {
  @Controller()
  class Answerer {
    @MessagePattern([Find.type])
    find(@Payload() question: Question) {
      return answerTo(question);
    }
  }

  @Module({ controllers: [Answerer] })
  class Service {}

  const app = await NestFactory.createMicroservice(Service, {
    transport: Transport.RMQ,
    options,
    logger: false,
  });
  await app.listen();
  return { round: async () => ({}), stop: () => app.close() };
}
