import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClockModule } from '@berth/clock';
import { BusModule, Requests } from '@berth/messaging';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { askAround, DEADLINE_SECONDS, Find } from './asking.ts';
import { answerer } from './berth-answerer.ts';

export const inProcess = inOwnProcess(import.meta.filename);

/** Asks as the gateway does. */
export async function open(stage: Stage): Promise<Contestant> {
  @Module({
    imports: [ClockModule.forRoot(), BusModule.forRoot({ service: 'gateway', amqpUrl: stage.amqpUrl })],
  })
  class Asker {}

  const answering = await answerer(stage);
  const app = await NestFactory.createApplicationContext(Asker, { logger: false });
  const requests = app.get(Requests);
  return {
    round: () =>
      askAround((question) =>
        requests.ask(Find, question, { accountId: 'acc_bench', deadlineSeconds: DEADLINE_SECONDS }),
      ),
    async stop() {
      await app.close();
      await answering.stop();
    },
  };
}
