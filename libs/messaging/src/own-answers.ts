import { Inject, Injectable } from '@nestjs/common';
import {
  deadLetterOf,
  deadLettersOf,
  nudgeIn,
  readinessOf,
  replayDeadLettersOf,
  stuckIn,
  type DataOf,
  type DeadLetterDetails,
  type ReplyOf,
  type RequestContract,
} from '@berth/contracts';
import { Readiness } from '@berth/telemetry';
import { Bus } from './bus.ts';
import { DeadLetters, DeadLettersBusy, type DeadLetter } from './dead-letters.ts';
import { problem } from './errors.ts';
import type { HandlerEntry } from './handler-table.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Stuck } from './stuck.ts';
import { queues } from './topology.ts';

/** What every service answers without a handler of its own: whether it is ready, and what staff ask it. */
@Injectable()
export class OwnAnswers {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly readiness: Readiness,
    private readonly stuck: Stuck,
    private readonly letters: DeadLetters,
    private readonly bus: Bus,
  ) {}

  /** By message type. */
  entries(): [string, HandlerEntry][] {
    const { service } = this.options;
    return [
      entry(readinessOf(service), () => this.readiness.report()),
      entry(stuckIn(service), async (page) => ({ items: await this.stuck.list(page) })),
      entry(nudgeIn(service), ({ id }) => this.stuck.nudge(id)),
      entry(deadLettersOf(service), ({ limit }) => unlessBusy(this.deadLetters(limit))),
      entry(deadLetterOf(service), ({ id }) => unlessBusy(this.deadLetter(id))),
      entry(replayDeadLettersOf(service), ({ id }) => unlessBusy(this.replay(id))),
    ];
  }

  private async deadLetters(limit: number) {
    const [items, total] = await Promise.all([this.letters.list(limit), this.count()]);
    return { items: items.map((letter) => this.shown(letter)), total };
  }

  private count(): Promise<number> {
    const queue = queues(this.options.service).deadLetters;
    return this.bus.work.withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount);
  }

  private async deadLetter(id: string): Promise<DeadLetterDetails> {
    const letter = await this.letters.find(id);
    if (!letter) throw problem('not_found');
    return { ...this.shown(letter), stack: letter.stack, body: letter.body };
  }

  private async replay(id: string | undefined) {
    if (id === undefined) return { replayed: await this.letters.replayAll() };
    if (!(await this.letters.replay(id))) throw problem('not_found');
    return { replayed: 1 };
  }

  private shown({ id, type, queue, reason, stack, attempts, deadAt }: DeadLetter) {
    const { service } = this.options;
    const error = stack.split('\n', 1)[0] || null;
    return { id, service, type, queue, reason, error, attempts, deadAt: deadAt ?? null };
  }
}

/** Others are looking at them: nothing was done. */
async function unlessBusy<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof DeadLettersBusy ? problem('overloaded', { cause: error }) : error;
  }
}

const entry = <Contract extends RequestContract>(
  contract: Contract,
  answer: (data: DataOf<Contract>) => Promise<ReplyOf<Contract>>,
): [string, HandlerEntry] => [
  contract.type,
  { contract, options: {}, run: (data) => answer(data as DataOf<Contract>) },
];
