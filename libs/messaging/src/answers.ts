import { Injectable, Logger } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { ProblemBody } from '@berth/contracts';
import { isDatabaseAway } from '@berth/mongo';
import { inScope } from '@berth/telemetry';
import { whileHandling, type MessageContext } from './context.ts';
import { bodyOf, contextOf, scopeOf, textHeader, UnreadableMessage } from './envelope.ts';
import { problem, ProblemError } from './errors.ts';
import type { HandlerTable } from './handler-table.ts';
import { Idempotency } from './idempotency.ts';
import { answering, nameSubject } from './observed.ts';
import { DEADLINE_HEADER, IDEMPOTENCY_KEY_HEADER, OUTCOME_HEADER } from './requests.ts';
import { TookTooLong, within } from './time-limit.ts';
import { REQUEST_TTL_MILLISECONDS } from './topology.ts';
import { PassportControl } from './passports/passport-control.ts';
import { Pace } from './pace.ts';
import { Turns } from './turns.ts';

/** Requests of one key that wait for their turn: one more is refused, or one account could take all places there are. */
const MOST_IN_TURN = 50;
/** Of the time its asker has left, a request may wait for its turn so long: then it is still done in time for somebody. */
const SHARE_FOR_WAITING = 0.5;
/** Held answers cost little, but not nothing: further ones keep their places among those that are answered at once. */
const MOST_HELD = 1_000;

interface Arrived {
  channel: Channel;
  message: ConsumeMessage;
  /** Gives its place back: see `ConsumerOptions.handle`. */
  release: () => void;
}

/** Answers the requests to this service. */
@Injectable()
export class Answers {
  private readonly logger = new Logger('Bus');
  private held = 0;
  private readonly pace = new Pace();

  constructor(
    private readonly idempotency: Idempotency,
    private readonly turns: Turns,
    private readonly passports: PassportControl,
  ) {}

  /** Who asks gets an answer or a problem; throws only when the channel is closed, and then the request comes again. */
  receive(handlers: HandlerTable, arrived: Arrived): Promise<void> {
    return inScope(scopeOf(arrived.message), () => this.take(handlers, arrived));
  }

  private async take(handlers: HandlerTable, arrived: Arrived): Promise<void> {
    const { channel, message } = arrived;
    if (secondsLeft(message) <= 0) return;
    let said: Parameters<typeof reply>[2];
    try {
      const context = contextOf(message);
      const answer = await answering(context, () => this.answer(handlers, context, arrived));
      said = { outcome: 'answer', body: answer ?? null };
    } catch (error) {
      // Who asked has given up by now. The work may go on, but no longer keeps others from being answered.
      if (error instanceof TookTooLong) return this.logger.warn(`${describe(message)}: ${error.message}`);
      said = { outcome: 'problem', body: this.problemOf(error, message) };
    }
    reply(channel, message, said);
  }

  private async answer(
    handlers: HandlerTable,
    context: MessageContext,
    { message, release }: Arrived,
  ): Promise<unknown> {
    const entry = handlers.get(context.type);
    if (entry?.contract.kind !== 'request') throw unknownRequest(context.type);
    const { contract } = entry;
    const bearer = await this.passports.bearerOf(contract, context, message);
    const parsed = contract.schema.safeParse(bodyOf(message));
    if (!parsed.success) throw new UnreadableMessage(parsed.error.message);
    if (bearer) this.passports.check(contract, bearer, parsed.data, context, message);
    nameSubject(parsed.data);
    const { idempotent = false, secret = false, held = false, inTurn } = entry.options;
    const work = () => whileHandling(context, () => entry.run(parsed.data, context));
    const { type } = context;
    const key = textHeader(message, IDEMPOTENCY_KEY_HEADER);
    const workOnce = () => this.idempotency.once(key, parsed.data, context, work, { secret });
    const seconds = secondsLeft(message);
    const turn = inTurn?.(parsed.data, context);
    const once = () => this.pace.measure(type, idempotent ? workOnce : work);
    const taken = () => (turn === undefined ? once() : this.inTurn(turn, type, seconds, once));
    return within(seconds, 'The answer', () => (held ? this.hold(release, taken) : taken()));
  }

  /**
   * Refuses at once, or at the latest when half of the asker's time is over, what would be done too late: a queue longer
   * than patience does nothing but work for those who have left. Throws 503 `overloaded`, and then it has not begun.
   */
  private async inTurn(
    turn: string,
    type: string,
    seconds: number,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const patienceSeconds = seconds * SHARE_FOR_WAITING;
    const waiting = this.turns.waiting(turn);
    if (waiting >= MOST_IN_TURN || waiting * this.pace.secondsOf(type) > patienceSeconds)
      throw problem('overloaded');
    let begun = false;
    try {
      return await this.turns.take(turn, patienceSeconds, () => {
        begun = true;
        return work();
      });
    } catch (error) {
      throw error instanceof TookTooLong && !begun ? problem('overloaded') : error;
    }
  }

  private async hold(release: () => void, work: () => Promise<unknown>): Promise<unknown> {
    if (this.held < MOST_HELD) release();
    this.held++;
    try {
      return await work();
    } finally {
      this.held--;
    }
  }

  private problemOf(error: unknown, message: ConsumeMessage): ProblemBody {
    if (error instanceof ProblemError) return error.body;
    if (error instanceof UnreadableMessage) {
      return problem('invalid_request', { detail: error.message }).body;
    }
    if (isDatabaseAway(error)) {
      this.logger.warn(`${describe(message)}: the database is away: ${String(error)}`);
      return problem('outcome_unknown').body;
    }
    this.logger.error(error, `${describe(message)} failed`);
    return problem('internal_error').body;
  }
}

/** Until whoever asked gives up. */
function secondsLeft(message: ConsumeMessage): number {
  const deadline: unknown = message.properties.headers?.[DEADLINE_HEADER];
  return (typeof deadline === 'number' ? deadline - Date.now() : REQUEST_TTL_MILLISECONDS) / 1000;
}

const describe = ({ properties }: ConsumeMessage) =>
  `${String(properties.type)} ${String(properties.messageId)}`;

function reply(
  channel: Channel,
  message: ConsumeMessage,
  { outcome, body }: { outcome: 'answer' | 'problem'; body: unknown },
): void {
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
