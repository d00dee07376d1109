import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { Transactions } from '@berth/mongo';
import { whileHandling, type MessageContext } from './context.ts';
import { bodyOf, contextOf, UnreadableMessage } from './envelope.ts';
import { Failures } from './failures.ts';
import type { HandlerTable } from './handler-table.ts';
import { Inbox } from './inbox.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';

/** MongoDB ends a transaction after so long: what a handler does later could not be committed anyway. */
const HANDLER_TIMEOUT_SECONDS = 60;

/** What happens to an event or a command that arrives: handled once, tried again, or put to the dead letters. */
@Injectable()
export class Inbound {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly inbox: Inbox,
    private readonly failures: Failures,
    @Optional() private readonly transactions?: Transactions,
  ) {}

  /** Throws only when the message can be put nowhere at all. */
  async receive(queue: string, handlers: HandlerTable, message: ConsumeMessage): Promise<void> {
    try {
      const context = contextOf(message);
      await this.handle(queue, handlers, context, bodyOf(message));
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      if (cause instanceof UnreadableMessage) return this.failures.bury(queue, message, 'unreadable', cause);
      return this.failures.retry(queue, message, cause instanceof NoHandler ? 'no_handler' : 'failed', cause);
    }
  }

  private async handle(
    queue: string,
    handlers: HandlerTable,
    context: MessageContext,
    body: unknown,
  ): Promise<void> {
    const entry = handlers.get(context.type);
    if (!entry) throw new NoHandler(context.type);
    const parsed = entry.contract.schema.safeParse(body);
    if (!parsed.success) throw new UnreadableMessage(parsed.error.message);
    if (!this.transactions) throw new Error('Message handlers need a database: import MongoModule');
    const { handlerTimeoutSeconds = HANDLER_TIMEOUT_SECONDS } = this.options;
    const handle = () => whileHandling(context, () => entry.run(parsed.data, context));
    await this.transactions.run(() =>
      within(handlerTimeoutSeconds, () => this.inbox.once(queue, context.id, handle)),
    );
  }
}

/** Nothing can end work that goes on: it is left behind, and can write nothing, for its transaction has been aborted. */
function within(seconds: number, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new HandlerTimeout(seconds)), seconds * 1000);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

class HandlerTimeout extends Error {
  constructor(seconds: number) {
    super(`The handler has not returned within ${seconds} s`);
  }
}

/** During a deployment a replica of the other version may handle it, so it is tried again like a failure. */
class NoHandler extends Error {
  constructor(type: string) {
    super(`Nothing here handles ${type}`);
  }
}
