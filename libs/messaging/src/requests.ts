import { Inject, Injectable } from '@nestjs/common';
import type { Channel, ConsumeMessage } from 'amqplib';
import { Clock } from '@berth/clock';
import { ProblemBody, type InputOf, type ReplyOf, type RequestContract } from '@berth/contracts';
import { isUnattended } from './attendance.ts';
import type { BusConnection } from './connection.ts';
import type { KeptChannel } from './channel.ts';
import { newEnvelope, textHeader, toProperties, type SendOptions } from './envelope.ts';
import {
  BusDisconnected,
  ProblemError,
  RequestTimeout,
  RequestUnattended,
  RequestUnroutable,
} from './errors.ts';
import { asking } from './observed.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { PASSPORT_HEADER } from './passports/passport.ts';
import { queues } from './topology.ts';

export interface AskOptions extends SendOptions {
  /** How long the answer may take; 5 by default. */
  deadlineSeconds?: number;
  /** The caller's; see `@OnRequest(…, { idempotent: true })`. */
  idempotencyKey?: string;
  /** Shows for whom it is asked: what the service wants of it stands in the contract. */
  passport?: string | undefined;
}

/** Milliseconds since 1970: who takes a request up later than that drops it. */
export const DEADLINE_HEADER = 'berth-deadline';
export const IDEMPOTENCY_KEY_HEADER = 'berth-idempotency-key';
/** On an answer: `answer` or `problem`. */
export const OUTCOME_HEADER = 'berth-outcome';

/** https://www.rabbitmq.com/docs/direct-reply-to */
const REPLY_TO = 'amq.rabbitmq.reply-to';
const DEFAULT_DEADLINE_SECONDS = 5;
/** A service that restarts is back by then; one that is not is away, and who asks learns it now instead of at the deadline. */
const UNATTENDED_AFTER_SECONDS = 2;
const LOOK_EVERY_MILLISECONDS = 500;

interface Pending {
  request: RequestContract;
  timer: NodeJS.Timeout;
  /** By `performance.now()`. */
  askedAt: number;
  resolve: (reply: unknown) => void;
  reject: (error: Error) => void;
}

/** Asks other services and waits for their answer; nothing is kept, so the asker is told when it is unknown. */
@Injectable()
export class Requests {
  private readonly pending = new Map<string, Pending>();
  private connection?: BusConnection;
  private channel?: KeptChannel;
  private watch?: NodeJS.Timeout;

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly clock: Clock,
  ) {}

  async open(connection: BusConnection): Promise<void> {
    this.connection = connection;
    this.channel = await connection.keepChannel('asker', (channel) => this.listen(channel));
  }

  /**
   * Throws `ProblemError` (the other side refused), {@link RequestTimeout} (soon, as {@link RequestUnattended}, when every
   * replica is away), {@link RequestUnroutable} or {@link BusDisconnected}; only after the first and the third is it
   * certain what was done.
   */
  ask<Contract extends RequestContract>(
    request: Contract,
    data: InputOf<Contract>,
    options: AskOptions = {},
  ): Promise<ReplyOf<Contract>> {
    return asking(request, () => this.send(request, data, options));
  }

  private async send<Contract extends RequestContract>(
    request: Contract,
    data: InputOf<Contract>,
    options: AskOptions,
  ): Promise<ReplyOf<Contract>> {
    const { deadlineSeconds = DEFAULT_DEADLINE_SECONDS, idempotencyKey, passport } = options;
    const envelope = newEnvelope(this.options.service, request.type, this.clock.now(), options);
    const body = Buffer.from(JSON.stringify(request.schema.parse(data)));
    if (!this.channel) throw new BusDisconnected('it has not been opened');
    const channel = this.channel.get();
    const properties = toProperties(envelope);
    return new Promise<ReplyOf<Contract>>((resolve, reject) => {
      const timer = setTimeout(
        () => this.fail(envelope.id, new RequestTimeout(request.type, deadlineSeconds)),
        deadlineSeconds * 1000,
      );
      const askedAt = performance.now();
      this.pending.set(envelope.id, {
        ...{ request, timer, askedAt, reject },
        resolve: resolve as Pending['resolve'],
      });
      this.watch ??= setInterval(() => void this.failUnattended(), LOOK_EVERY_MILLISECONDS).unref();
      const message = {
        ...properties,
        headers: {
          ...(properties.headers as object),
          [DEADLINE_HEADER]: Date.now() + deadlineSeconds * 1000,
          [IDEMPOTENCY_KEY_HEADER]: idempotencyKey,
          [PASSPORT_HEADER]: passport,
        },
        correlationId: envelope.id,
        replyTo: REPLY_TO,
        expiration: String(Math.ceil(deadlineSeconds * 1000)),
        persistent: false,
        mandatory: true,
      };
      try {
        channel.publish('', queues(request.service).requests, body, message);
      } catch {
        this.fail(envelope.id, new BusDisconnected(`${request.type} was not sent`));
      }
    });
  }

  private async failUnattended(): Promise<void> {
    if (this.pending.size === 0) {
      clearInterval(this.watch);
      this.watch = undefined;
    }
    const before = performance.now() - UNATTENDED_AFTER_SECONDS * 1000;
    const late = [...this.pending].filter(([, { askedAt }]) => askedAt < before);
    for (const service of new Set(late.map(([, { request }]) => request.service))) {
      if (!this.connection || !(await isUnattended(this.connection, queues(service).requests))) continue;
      for (const [id, { request }] of late) {
        if (request.service === service)
          this.fail(id, new RequestUnattended(request.type, UNATTENDED_AFTER_SECONDS));
      }
    }
  }

  private async listen(channel: Channel): Promise<void> {
    channel.on('close', () => this.failAll());
    channel.on('return', ({ properties, fields }) => {
      const { request } = this.pending.get(String(properties.correlationId)) ?? {};
      if (request)
        this.fail(properties.correlationId, new RequestUnroutable(request.type, fields.routingKey));
    });
    await channel.consume(REPLY_TO, (message) => this.receive(message), { noAck: true });
  }

  private receive(message: ConsumeMessage | null): void {
    if (!message) return;
    const id = String(message.properties.correlationId);
    const asked = this.pending.get(id);
    if (!asked) return;
    try {
      const body: unknown = JSON.parse(message.content.toString('utf8'));
      if (textHeader(message, OUTCOME_HEADER) === 'problem')
        return this.fail(id, new ProblemError(ProblemBody.parse(body)));
      const reply = asked.request.reply.parse(body);
      this.take(id)?.resolve(reply);
    } catch (error) {
      this.fail(
        id,
        new Error(`The answer to ${asked.request.type} is not what the contract says`, { cause: error }),
      );
    }
  }

  private fail(id: string, error: Error): void {
    this.take(id)?.reject(error);
  }

  private failAll(): void {
    for (const [id, { request }] of this.pending)
      this.fail(id, new BusDisconnected(`no answer to ${request.type}`, true));
  }

  private take(id: string): Pending | undefined {
    const asked = this.pending.get(id);
    this.pending.delete(id);
    clearTimeout(asked?.timer);
    return asked;
  }
}
