import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { Transactions } from '@berth/mongo';
import { currentTrace, inScope } from '@berth/telemetry';
import type { MessageContext } from './context.ts';
import type { Batch } from './handler-table.ts';
import { Inbox } from './inbox.ts';
import { handlingTogether } from './observed.ts';
import { handlerTimeoutSeconds, BUS_OPTIONS, type BusOptions } from './options.ts';
import { within } from './time-limit.ts';

interface Member {
  id: string;
  data: unknown;
  context: MessageContext;
  /** Whether it is handled, with all the others. */
  end: (handled: boolean) => void;
}

/** The messages for one handler from one queue. While a batch is handled, those of the next one gather. */
interface Lane {
  queue: string;
  batch: Batch;
  waiting: Member[];
}

/**
 * Messages for one handler that are handled together, in one transaction with their notes in the inbox. There is nothing to wait for: a batch is what has
 * come while the one before it was handled. It either succeeds as a whole or leaves nothing behind, and then each of its messages is handled by itself.
 */
@Injectable()
export class Batches {
  private readonly logger = new Logger('Bus');
  private readonly lanes = new Map<object, Lane>();

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly inbox: Inbox,
    @Optional() private readonly transactions?: Transactions,
  ) {}

  /** Whether the message has been handled together with others; if not, it is to be handled by itself. */
  join(queue: string, batch: Batch, data: unknown, context: MessageContext): Promise<boolean> {
    return new Promise((end) => {
      const member = { id: context.id, data, context: { ...context, ...currentTrace() }, end };
      const lane = this.lanes.get(batch.handler);
      if (lane) lane.waiting.push(member);
      else this.open({ queue, batch, waiting: [member] });
    });
  }

  private open(lane: Lane): void {
    this.lanes.set(lane.batch.handler, lane);
    void inScope({}, () => this.work(lane));
  }

  private async work(lane: Lane): Promise<void> {
    // The messages of one packet, and those that take the places of what has just been handled, come in the same turn of the event loop.
    for (await nextTurn(); lane.waiting.length > 0; await nextTurn()) {
      const members = lane.waiting.splice(0);
      const handled = await this.handle(lane, members);
      for (const { end } of members) end(handled);
    }
    this.lanes.delete(lane.batch.handler);
  }

  private async handle({ queue, batch }: Lane, members: readonly Member[]): Promise<boolean> {
    const { transactions } = this;
    if (!transactions) return false;
    const contexts = members.map(({ context }) => context);
    const handle = () =>
      batch.run(
        members.map(({ data }) => data),
        contexts,
      );
    const ids = members.map(({ id }) => id);
    const inTime = () =>
      within(handlerTimeoutSeconds(this.options), 'The handler', () =>
        this.inbox.onceAll(queue, ids, handle),
      );
    try {
      await handlingTogether(queue, contexts, () => transactions.once(inTime));
      return true;
    } catch (error) {
      this.logger.log(
        `${queue}: ${members.length} messages are handled one by one, for together: ${String(error)}`,
      );
      return false;
    }
  }
}
