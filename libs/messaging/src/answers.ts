import { Injectable, Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { ProblemBody } from '@berth/contracts';
import { whileHandling } from './context.ts';
import { bodyOf, contextOf, textHeader, UnreadableMessage } from './envelope.ts';
import { problem, ProblemError } from './errors.ts';
import type { HandlerTable } from './handler-table.ts';
import { Idempotency } from './idempotency.ts';
import { DEADLINE_HEADER, IDEMPOTENCY_KEY_HEADER, OUTCOME_HEADER } from './requests.ts';

/** Answers the requests to this service. */
@Injectable()
export class Answers {
  private readonly logger = new Logger('Bus');

  constructor(private readonly idempotency: Idempotency) {}

  /** Who asks gets an answer or a problem; throws only when the channel is closed, and then the request comes again. */
  async receive(handlers: HandlerTable, channel: Channel, message: ConsumeMessage): Promise<void> {
    if (isTooLate(message)) return;
    try {
      const answer = await this.answer(handlers, message);
      reply(channel, message, 'answer', answer ?? null);
    } catch (error) {
      reply(channel, message, 'problem', this.problemOf(error, message));
    }
  }

  private async answer(handlers: HandlerTable, message: ConsumeMessage): Promise<unknown> {
    const context = contextOf(message);
    const entry = handlers.get(context.type);
    if (!entry) throw unknownRequest(context.type);
    const parsed = entry.contract.schema.safeParse(bodyOf(message));
    if (!parsed.success) throw new UnreadableMessage(parsed.error.message);
    const { idempotent = false, secret = false } = entry.options;
    const work = () => whileHandling(context, () => entry.run(parsed.data, context));
    if (!idempotent) return work();
    return this.idempotency.once(textHeader(message, IDEMPOTENCY_KEY_HEADER), parsed.data, context, work, {
      secret,
    });
  }

  private problemOf(error: unknown, message: ConsumeMessage): ProblemBody {
    if (error instanceof ProblemError) return error.body;
    if (error instanceof UnreadableMessage) {
      return problem('invalid_request', { detail: error.message }).body;
    }
    this.logger.error(
      error,
      `${String(message.properties.type)} ${String(message.properties.messageId)} failed`,
    );
    return problem('internal_error').body;
  }
}

function isTooLate(message: ConsumeMessage): boolean {
  const deadline: unknown = message.properties.headers?.[DEADLINE_HEADER];
  return typeof deadline === 'number' && Date.now() > deadline;
}

function reply(channel: Channel, message: ConsumeMessage, outcome: string, body: unknown): void {
  const { replyTo, correlationId } = message.properties;
  if (typeof replyTo !== 'string') return;
  channel.publish('', replyTo, Buffer.from(JSON.stringify(body)), {
    correlationId: String(correlationId),
    contentType: 'application/json',
    headers: { [OUTCOME_HEADER]: outcome },
    persistent: false,
  });
}

/** So it is while the asker is of a newer version than this service. */
const unknownRequest = (type: string) =>
  problem('dependency_unavailable', { detail: `This service does not answer ${type}` });
