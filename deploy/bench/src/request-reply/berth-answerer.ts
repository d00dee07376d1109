import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import { BusModule, createService, OnRequest } from '@berth/messaging';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { answerTo, Find, type Question } from './asking.ts';

export const answerer = inOwnProcess(import.meta.filename);

export async function open({ amqpUrl }: Stage): Promise<Contestant> {
  @Controller()
  class Answerer {
    @OnRequest(Find)
    find(question: Question) {
      return answerTo(question);
    }
  }

  @Module({
    imports: [ClockModule.forRoot(), BusModule.forRoot({ service: 'billing', amqpUrl })],
    controllers: [Answerer],
  })
  class Service {}

  const app = await createService(Service, false);
  await app.listen();
  return { round: async () => ({}), stop: () => app.close() };
}
