import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { Transactions } from '@berth/mongo';
import { inScope } from '@berth/telemetry';
import { Batches } from './batches.ts';
import { whileHandling, whileRepeatable, type MessageContext } from './context.ts';
import { bodyOf, contextOf, scopeOf, UnreadableMessage } from './envelope.ts';
import { Failures, type DeadLetterReason } from './failures.ts';
import type { HandlerTable } from './handler-table.ts';
import { Inbox } from './inbox.ts';
import { handling, nameSubject, seenBefore } from './observed.ts';
import { BUS_OPTIONS, handlerTimeoutSeconds, type BusOptions } from './options.ts';
import { EndedProcess, Suspects } from './suspects.ts';
import { within } from './time-limit.ts';
import { Turns } from './turns.ts';

/** What happens to an event or a command that arrives: handled once, tried again, or put to the dead letters. */
@Injectable()
export class Inbound {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly inbox: Inbox,
    private readonly failures: Failures,
    private readonly turns: Turns,
    private readonly batches: Batches,
    private readonly suspects: Suspects,
    @Optional() private readonly transactions?: Transactions,
  ) {}

  /** Throws only when the message can be put nowhere at all. */
  receive(queue: string, handlers: HandlerTable, message: ConsumeMessage): Promise<void> {
    return inScope(scopeOf(message), () => this.take(queue, handlers, message));
  }

  private async take(queue: string, handlers: HandlerTable, message: ConsumeMessage): Promise<void> {
    let noted: string | undefined;
    try {
      const context = contextOf(message);
      const handle = () => handling(queue, context, () => this.handle(queue, handlers, context, message));
      if (this.suspects.isSuspect(message)) noted = context.id;
      await (noted ? this.suspects.handle(queue, noted, handle) : handle());
    } catch (error) {
      await this.fail(queue, message, error instanceof Error ? error : new Error(String(error)));
      if (noted) await this.suspects.forget(queue, noted);
    }
  }

  private fail(queue: string, message: ConsumeMessage, cause: Error): Promise<void> {
    if (cause instanceof UnreadableMessage) return this.failures.bury(queue, message, 'unreadable', cause);
    return this.failures.retry(queue, message, reasonOf(cause), cause);
  }

  private async handle(
    queue: string,
    handlers: HandlerTable,
    context: MessageContext,
    message: ConsumeMessage,
  ): Promise<void> {
    const entry = handlers.get(context.type);
    if (!entry) throw new NoHandler(context.type);
    const parsed = entry.contract.schema.safeParse(bodyOf(message));
    if (!parsed.success) throw new UnreadableMessage(parsed.error.message);
    nameSubject(parsed.data);
    const { transactions } = this;
    if (!transactions) throw new Error('Message handlers need a database: import MongoModule');
    const seconds = handlerTimeoutSeconds(this.options);
    const handle = () => whileHandling(context, () => entry.run(parsed.data, context));
    const inTime = (work: () => Promise<unknown>) => within(seconds, 'The handler', work);
    const key = entry.options.inTurn?.(parsed.data, context);
    const inTurn = (work: () => Promise<unknown>) => this.turns.take(key, seconds, work);
    if (entry.options.naturallyIdempotent) {
      await inTurn(() => inTime(() => whileRepeatable(handle)));
      return;
    }
    const known = () => this.inbox.knows(queue, context.id);
    if (message.fields.redelivered && (await known())) return seenBefore(queue, context);
    // Inside the transaction, which aborts when the time is over: what still goes on can write nothing.
    const once = () => inTime(() => this.inbox.once(queue, context.id, handle));
    const joined = async () => {
      if (!entry.batch || context.attempt > 1 || message.fields.redelivered) return false;
      return this.batches.join(queue, entry.batch, parsed.data, context);
    };
    try {
      await inTurn(async () => (await joined()) || transactions.run(once));
    } catch (error) {
      // A duplicate fails on the entry, or before it on what the first one did.
      if (!(await known().catch(() => false))) throw error;
      seenBefore(queue, context);
    }
  }
}

function reasonOf(cause: Error): DeadLetterReason {
  if (cause instanceof NoHandler) return 'no_handler';
  return cause instanceof EndedProcess ? 'ended_process' : 'failed';
}

/** During a deployment a replica of the other version may handle it, so it is tried again like a failure. */
class NoHandler extends Error {
  constructor(type: string) {
    super(`Nothing here handles ${type}`);
  }
}
