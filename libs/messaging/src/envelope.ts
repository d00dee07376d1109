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
  accountId?: string;
  actor?: Actor;
  correlationId?: string;
  traceparent?: string;
  tracestate?: string;
}

export function newEnvelope(source: string, type: string, time: Date, options: SendOptions): Envelope {
  const id = newId('msg');
  const cause = currentMessage();
  const trace = options.traceparent ? options : currentTrace();
  return {
    id,
    type,
    source,
    time,
    correlationId: options.correlationId ?? currentRequestId() ?? id,
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
  const attributes = {
    specversion: '1.0',
    id: envelope.id,
    type: envelope.type,
    source: `/berth/${envelope.source}`,
    time: envelope.time.toISOString(),
    correlationid: envelope.correlationId,
    causationid: envelope.causationId,
    accountid: envelope.accountId,
    actorkind: envelope.actor?.kind,
    actorid: envelope.actor?.id,
  };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) if (value) headers[`cloudEvents:${name}`] = value;
  if (envelope.traceparent) headers.traceparent = envelope.traceparent;
  if (envelope.tracestate) headers.tracestate = envelope.tracestate;
  return { messageId: envelope.id, type: envelope.type, contentType: 'application/json', headers };
}

/** What the handling of a received message belongs to, readable or not. */
export function scopeOf(message: Message): LogFields & TraceContext {
  return {
    requestId: textHeader(message, 'cloudEvents:correlationid') ?? textHeader(message, 'cloudEvents:id'),
    accountId: textHeader(message, 'cloudEvents:accountid'),
    traceparent: textHeader(message, 'traceparent'),
    tracestate: textHeader(message, 'tracestate'),
  };
}

export const ATTEMPT_HEADER = 'berth-attempt';

/** The context of a received message; throws {@link UnreadableMessage} when it lacks id or type. */
export function contextOf(message: Message): MessageContext {
  const attribute = (name: string) => textHeader(message, `cloudEvents:${name}`);
  const id = attribute('id');
  const type = attribute('type');
  if (!id || !type) throw new UnreadableMessage('it has no CloudEvents id or type');
  const time = new Date(attribute('time') ?? Number.NaN);
  const actor = Actor.safeParse({ kind: attribute('actorkind'), id: attribute('actorid') });
  return {
    id,
    type,
    time: Number.isNaN(time.getTime()) ? new Date() : time,
    attempt: attemptOf(message),
    correlationId: attribute('correlationid') ?? id,
    causationId: attribute('causationid'),
    accountId: attribute('accountid'),
    actor: actor.success ? actor.data : undefined,
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
