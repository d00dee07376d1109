import type { Message, Options } from 'amqplib';
import { Actor } from '@berth/contracts';
import { newId } from '@berth/mongo';
import { currentRequestId, currentTrace, type LogFields, type TraceContext } from '@berth/telemetry';
import { currentMessage, type MessageContext } from './context.ts';

/** A message as it travels; the outbox stores it like this. */
export interface Envelope extends Omit<MessageContext, 'attempt'> {
  /** The service that sends it: CloudEvents `source` is `/berth/<service>`. */
  source: string;
}

/** What the sender may say about a message; by default it is taken from the message being handled. */
export interface SendOptions {
  /** Of what may have to be said again, the same every time; a new one by default. */
  id?: string;
  /** When it was said first; now by default. */
  time?: Date;
  accountId?: string;
  actor?: Actor;
  correlationId?: string;
  traceparent?: string;
  tracestate?: string;
  /** The message that led to it, for a handler of several at once; by default the one being handled. */
  cause?: MessageContext | undefined;
}

/** The headers that hold the attributes of CloudEvents, those of the standard and our own. */
const ATTRIBUTES = {
  specversion: 'cloudEvents:specversion',
  id: 'cloudEvents:id',
  type: 'cloudEvents:type',
  source: 'cloudEvents:source',
  time: 'cloudEvents:time',
  correlationId: 'cloudEvents:correlationid',
  causationId: 'cloudEvents:causationid',
  accountId: 'cloudEvents:accountid',
  actorKind: 'cloudEvents:actorkind',
  actorId: 'cloudEvents:actorid',
} as const;

export function newEnvelope(source: string, type: string, time: Date, options: SendOptions): Envelope {
  const id = options.id ?? newId('msg');
  const cause = options.cause ?? currentMessage();
  const trace = [options, options.cause].find((each) => each?.traceparent) ?? currentTrace();
  return {
    id,
    type,
    source,
    time: options.time ?? time,
    correlationId: options.correlationId ?? options.cause?.correlationId ?? currentRequestId() ?? id,
    causationId: cause?.id,
    accountId: options.accountId ?? cause?.accountId,
    actor: options.actor ?? cause?.actor,
    traceparent: trace?.traceparent,
    tracestate: trace?.tracestate,
  };
}

/**
 * CloudEvents 1.0, AMQP binding in binary mode: attributes as headers with the prefix `cloudEvents:`
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md).
 */
export function toProperties(envelope: Envelope): Options.Publish {
  const { id, type, correlationId, causationId, accountId, actor, traceparent, tracestate } = envelope;
  const headers: Record<string, string> = {
    [ATTRIBUTES.specversion]: '1.0',
    [ATTRIBUTES.id]: id,
    [ATTRIBUTES.type]: type,
    [ATTRIBUTES.source]: `/berth/${envelope.source}`,
    [ATTRIBUTES.time]: envelope.time.toISOString(),
    [ATTRIBUTES.correlationId]: correlationId,
  };
  if (causationId) headers[ATTRIBUTES.causationId] = causationId;
  if (accountId) headers[ATTRIBUTES.accountId] = accountId;
  if (actor) {
    headers[ATTRIBUTES.actorKind] = actor.kind;
    headers[ATTRIBUTES.actorId] = actor.id;
  }
  if (traceparent) headers.traceparent = traceparent;
  if (tracestate) headers.tracestate = tracestate;
  return { messageId: id, type, contentType: 'application/json', headers };
}

/** What the handling of a received message belongs to, readable or not. */
export function scopeOf(message: Message): LogFields & TraceContext {
  return {
    requestId: textHeader(message, ATTRIBUTES.correlationId) ?? textHeader(message, ATTRIBUTES.id),
    accountId: textHeader(message, ATTRIBUTES.accountId),
    traceparent: textHeader(message, 'traceparent'),
    tracestate: textHeader(message, 'tracestate'),
  };
}

/** Which service says that it has sent a message, `/berth/gateway`: for logs, for nothing proves it. */
export const sourceOf = (message: Message): string | undefined => textHeader(message, ATTRIBUTES.source);

export const ATTEMPT_HEADER = 'berth-attempt';

/** The context of a received message; throws {@link UnreadableMessage} when it lacks id or type. */
export function contextOf(message: Message): MessageContext {
  const attribute = (name: keyof typeof ATTRIBUTES) => textHeader(message, ATTRIBUTES[name]);
  const id = attribute('id');
  const type = attribute('type');
  if (!id || !type) throw new UnreadableMessage('it has no CloudEvents id or type');
  const time = new Date(attribute('time') ?? Number.NaN);
  const kind = attribute('actorKind');
  const actor = kind === undefined ? undefined : Actor.safeParse({ kind, id: attribute('actorId') });
  return {
    id,
    type,
    time: Number.isNaN(time.getTime()) ? new Date() : time,
    attempt: attemptOf(message),
    correlationId: attribute('correlationId') ?? id,
    causationId: attribute('causationId'),
    accountId: attribute('accountId'),
    actor: actor?.data,
    traceparent: textHeader(message, 'traceparent'),
    tracestate: textHeader(message, 'tracestate'),
  };
}

export function attemptOf(message: Message): number {
  const attempt: unknown = message.properties.headers?.[ATTEMPT_HEADER];
  return typeof attempt === 'number' && attempt >= 1 ? attempt : 1;
}

/** The body as JSON; throws {@link UnreadableMessage} when it is none. */
export function bodyOf(message: Message): unknown {
  try {
    return JSON.parse(message.content.toString('utf8'));
  } catch {
    throw new UnreadableMessage('its body is not JSON');
  }
}

/** No attempt will ever read it: it goes to the dead letters at once. */
export class UnreadableMessage extends Error {
  constructor(reason: string) {
    super(`The message cannot be read: ${reason}`);
  }
}

export function textHeader(message: Message, name: string): string | undefined {
  const value: unknown = message.properties.headers?.[name];
  return typeof value === 'string' ? value : undefined;
}
