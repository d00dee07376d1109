import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { ClientRMQ } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import type { Contestant } from '../bench.ts';
import { inOwnProcess } from '../own-process.ts';
import type { Stage } from '../stage.ts';
import { askAround, DEADLINE_SECONDS, Find, type Answer } from './asking.ts';
import { answererAsShipped, answererWithNoDelay, noDelay, shipped } from './nest-answerer.ts';

// Its line for every connection is no part of the report.
Logger.overrideLogger(false);

export const asShipped = inOwnProcess(import.meta.filename, 'openAsShipped');
export const withNoDelay = inOwnProcess(import.meta.filename, 'openWithNoDelay');

export const openAsShipped = async (stage: Stage) =>
  asker(new ClientRMQ(shipped(stage)), await answererAsShipped(stage));
export const openWithNoDelay = async (stage: Stage) =>
  asker(new ClientRMQ(noDelay(stage)), await answererWithNoDelay(stage));

async function asker(client: ClientRMQ, answering: Contestant): Promise<Contestant> {
  await client.connect();
  return {
    round: () =>
      askAround((question) =>
        firstValueFrom(
          client.send<Answer>(Find.type, question).pipe(timeout({ first: DEADLINE_SECONDS * 1000 })),
        ),
      ),
    async stop() {
      await client.close();
      await answering.stop();
    },
  };
}
