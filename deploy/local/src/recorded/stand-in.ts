import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import * as contracts from '@berth/contracts';
import type { CommandContract } from '@berth/contracts';
import type { Ids } from './ids.ts';
import { propertiesOf } from './envelope.ts';
import { PASSPORT_HEADER, type RecordedPassports } from './passport.ts';
import type { Said } from './recording.ts';

/** Longer silences are cut to this. */
const LONGEST_PAUSE_SECONDS = 0.1;
const ANSWER_WITHIN_MILLISECONDS = 30_000;
const REPLY_TO = 'amq.rabbitmq.reply-to';

export interface StandInOptions {
  amqpUrl: string;
  /** The one that is no part of the recording. */
  service: string;
  /** What the others said to it, and it to them. */
  said: readonly Said[];
  ids: Ids;
  passports: RecordedPassports;
  /** Called before a message is said. */
  prepare?: ((message: Said) => Promise<void>) | undefined;
  /** Told what passes, a line each. */
  say: (line: string) => void;
}

/**
 * Stands in for all neighbours of one service: takes its commands and requests, answers them as they were answered when the
 * recording was made, and says what was said to it then.
 */
export class StandIn {
  private readonly options: StandInOptions;
  private readonly connection: ChannelModel;
  private readonly channel: Channel;
  private readonly answers = new Map<string, (message: ConsumeMessage) => void>();
  private readonly used = new Set<Said>();

  private constructor(options: StandInOptions, connection: ChannelModel, channel: Channel) {
    this.options = options;
    this.connection = connection;
    this.channel = channel;
  }

  static async start(options: StandInOptions): Promise<StandIn> {
    const connection = await connect(options.amqpUrl);
    const standIn = new StandIn(options, connection, await connection.createChannel());
    await standIn.listen();
    return standIn;
  }

  stop(): Promise<void> {
    return this.connection.close();
  }

  /**
   * Says all that the neighbours said of themselves, in its order, and asks all that they asked; what came after an answer
   * comes after it again. Rejects when the service does not answer.
   */
  async play(): Promise<void> {
    const asked: { until: number; answered: Promise<void> }[] = [];
    let last = 0;
    for (const message of this.unprompted()) {
      await Promise.all(asked.filter(({ until }) => until < message.at).map(({ answered }) => answered));
      await delay(Math.min(Math.max(message.at - last, 0), LONGEST_PAUSE_SECONDS) * 1000);
      last = message.at;
      await this.options.prepare?.(message);
      if (message.answer) {
        const answered = this.ask(message);
        // It is waited for later; until then nobody else would hear that it failed.
        answered.catch(() => {});
        asked.push({ until: message.answer.at, answered });
      } else this.send(message);
    }
    await Promise.all(asked.map(({ answered }) => answered));
  }

  private get mine(): readonly Said[] {
    const { said, service } = this.options;
    return said.filter(({ from }) => from === service);
  }

  /** What was no reaction to something the service had said. */
  private unprompted(): Said[] {
    const { said, service } = this.options;
    const prompts = new Set(this.mine.map(({ id }) => id));
    return said.filter(
      ({ from, to, cause }) =>
        from !== service && (to === service || to.startsWith('berth.')) && !(cause && prompts.has(cause)),
    );
  }

  private async listen(): Promise<void> {
    const { channel } = this;
    for (const exchange of ['berth.events', 'berth.commands', 'berth.usage'])
      await channel.assertExchange(exchange, 'topic', { durable: true });
    const { queue: ordered } = await channel.assertQueue('', { exclusive: true });
    const { queue: told } = await channel.assertQueue('', { exclusive: true });
    // Also those that nobody gave when this was recorded: who gives one waits until somebody has it.
    for (const { type } of this.neighboursCommands())
      await channel.bindQueue(ordered, 'berth.commands', type);
    await channel.bindQueue(told, 'berth.events', '#');
    await channel.bindQueue(told, 'berth.usage', '#');
    await channel.consume(ordered, (message) => message && this.obey(message), { noAck: true });
    await channel.consume(told, (message) => message && this.hear(message), { noAck: true });
    await channel.consume(REPLY_TO, (message) => message && this.answered(message), { noAck: true });
    for (const neighbour of new Set(this.mine.map(({ to }) => to).filter((to) => !to.startsWith('berth.')))) {
      const { queue } = await channel.assertQueue(`${neighbour}.requests`, {
        durable: true,
        arguments: { 'x-queue-type': 'classic', 'x-message-ttl': 60_000 },
      });
      await channel.consume(queue, (message) => message && this.reply(message), { noAck: true });
    }
  }

  private neighboursCommands(): CommandContract[] {
    return Object.values<unknown>(contracts).filter(
      (each): each is CommandContract =>
        typeof each === 'object' &&
        each !== null &&
        'kind' in each &&
        each.kind === 'command' &&
        'service' in each &&
        each.service !== this.options.service,
    );
  }

  /** A command of the service: what it led to is said again. */
  private obey(message: ConsumeMessage): void {
    const recorded = this.recordedLike(message);
    this.options.say(`← ${typeOf(message)}`);
    if (!recorded) return;
    for (const effect of this.options.said) if (effect.cause === recorded.id) this.send(effect);
  }

  /** An event of the service: shown, and its ids learned. */
  private hear(message: ConsumeMessage): void {
    if (message.properties.headers?.['cloudEvents:source'] !== `/berth/${this.options.service}`) return;
    this.options.say(`← ${typeOf(message)}`);
    this.recordedLike(message);
  }

  /** A request of the service: answered as the like of it was. */
  private reply(message: ConsumeMessage): void {
    const recorded = this.recordedLike(message);
    const { outcome, body } = recorded?.answer ?? {
      outcome: 'problem',
      body: {
        code: 'not_recorded',
        status: 503,
        title: `Nobody asked ${typeOf(message)} when this was recorded`,
      },
    };
    this.channel.sendToQueue(
      message.properties.replyTo as string,
      Buffer.from(this.options.ids.live(JSON.stringify(body))),
      {
        correlationId: String(message.properties.correlationId),
        contentType: 'application/json',
        headers: { 'berth-outcome': outcome },
      },
    );
  }

  /** The recorded message of this type that says the same, else the next that was not met yet, else the last. */
  private recordedLike(message: ConsumeMessage): Said | undefined {
    const { ids } = this.options;
    const body = message.content.toString('utf8');
    const alike = this.mine.filter(({ type }) => type === typeOf(message));
    const recorded =
      alike.find((each) => ids.live(JSON.stringify(each.body)) === body) ??
      alike.find((each) => !this.used.has(each)) ??
      alike.at(-1);
    if (!recorded) return undefined;
    this.used.add(recorded);
    ids.learn(recorded.body, JSON.parse(body));
    return recorded;
  }

  private send(message: Said): void {
    const { ids } = this.options;
    const body = Buffer.from(ids.live(JSON.stringify(message.body)));
    this.channel.publish(message.to, message.type, body, propertiesOf(message, ids));
  }

  private async ask(message: Said): Promise<void> {
    const { ids, service, say, passports } = this.options;
    const text = ids.live(JSON.stringify(message.body));
    const passport = await passports.for(message, JSON.parse(text));
    const properties = propertiesOf(message, ids);
    const answered = new Promise<ConsumeMessage>((resolve, reject) => {
      this.answers.set(message.id, resolve);
      setTimeout(
        () => reject(new Error(`${service} has not answered ${message.type}`)),
        ANSWER_WITHIN_MILLISECONDS,
      ).unref();
    });
    this.channel.sendToQueue(`${service}.requests`, Buffer.from(text), {
      ...properties,
      headers: {
        ...properties.headers,
        'berth-deadline': Date.now() + ANSWER_WITHIN_MILLISECONDS,
        'berth-idempotency-key': message.idempotencyKey,
        [PASSPORT_HEADER]: passport,
      },
      correlationId: message.id,
      replyTo: REPLY_TO,
    });
    const answer = await answered;
    const outcome = String(answer.properties.headers?.['berth-outcome']);
    const live: unknown = JSON.parse(answer.content.toString('utf8'));
    ids.learn(message.answer?.body, live);
    say(
      `→ ${message.type}: ${outcome}${outcome === message.answer?.outcome ? '' : ` (recorded: ${message.answer?.outcome})`}`,
    );
  }

  private answered(message: ConsumeMessage): void {
    const id = String(message.properties.correlationId);
    this.answers.get(id)?.(message);
    this.answers.delete(id);
  }
}

const typeOf = ({ properties }: ConsumeMessage): string => String(properties.headers?.['cloudEvents:type']);
