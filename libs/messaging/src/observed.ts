import type { Options } from 'amqplib';
import { Logger } from '@nestjs/common';
import type { RequestContract } from '@berth/contracts';
import {
  count,
  currentTrace,
  failureOf,
  inChildSpan,
  inScope,
  inSpan,
  isObserved,
  nameInLogs,
  record,
  secondsSince,
} from '@berth/telemetry';
import type { OutboxRow } from './collections.ts';
import type { MessageContext } from './context.ts';

/*
 * What the bus says of itself in traces and metrics: https://opentelemetry.io/docs/specs/semconv/messaging/ and rpc/.
 * While both are off, each of these does the work and nothing else.
 */

/** A request that is made. By itself, as a question for readiness is, it begins no trace. */
export function asking<Result>(
  { type, service }: RequestContract,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isObserved()) return work();
  const attributes = { 'rpc.system.name': 'berth', 'rpc.method': type, 'server.address': service };
  return timed(
    (seconds, error) => record('rpc.client.call.duration', seconds, { ...rpc(type), 'error.type': error }),
    () => inChildSpan({ name: `request ${type}`, kind: 'client', attributes }, work),
  );
}

/** A request that is answered. */
export function answering<Result>(
  { type, id }: MessageContext,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isObserved()) return work();
  const attributes = { ...rpc(type), 'messaging.message.id': id };
  return timed(
    (seconds, error) => record('rpc.server.call.duration', seconds, { ...rpc(type), 'error.type': error }),
    () => inChildSpan({ name: `answer ${type}`, kind: 'server', attributes }, work),
  );
}

/** An event or a command that is handled, once or once more. */
export function handling(
  queue: string,
  { type, id, attempt }: MessageContext,
  work: () => Promise<void>,
): Promise<void> {
  if (!isObserved()) return work();
  const labels = {
    'messaging.system': 'rabbitmq',
    'messaging.destination.name': queue,
    'berth.message.type': type,
  };
  const attributes = {
    ...labels,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.message.id': id,
    'berth.message.attempt': attempt,
  };
  return timed(
    (seconds, error) => record('messaging.process.duration', seconds, { ...labels, 'error.type': error }),
    () => inSpan({ name: `process ${type}`, kind: 'consumer', attributes }, work),
  );
}

/** Several messages that are handled together: a trace of its own, linked to theirs, whose spans wait for it. */
export function handlingTogether<Result>(
  queue: string,
  contexts: readonly MessageContext[],
  work: () => Promise<Result>,
): Promise<Result> {
  const attributes = {
    'messaging.system': 'rabbitmq',
    'messaging.destination.name': queue,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.batch.message_count': contexts.length,
  };
  const links = contexts.map(({ traceparent }) => traceparent);
  return inSpan({ name: 'process batch', kind: 'consumer', attributes, links }, work);
}

const logger = new Logger('Bus');

/** A message came again after it had been handled: its acknowledgement was lost, or it was sent twice. */
export function seenBefore(queue: string, { type, id }: MessageContext): void {
  logger.log(`${queue}: ${type} ${id} was handled before`);
  count('berth.bus.message.repeats', {
    'messaging.destination.name': queue,
    'berth.message.type': type,
  });
}

/** A message that is handed to the broker: it continues what stored or said it, whoever sends it whenever. */
export function publishing(
  {
    _id,
    exchange,
    routingKey,
    properties,
  }: Pick<OutboxRow, '_id' | 'exchange' | 'routingKey' | 'properties'>,
  work: (properties: Options.Publish) => Promise<void>,
): Promise<void> {
  if (!isObserved()) return work(properties);
  const labels = {
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': 'publish',
    'berth.message.type': routingKey,
  };
  const attributes = {
    ...labels,
    'messaging.operation.type': 'send',
    'messaging.destination.name': `${exchange}:${routingKey}`,
    'messaging.message.id': properties.messageId ?? _id,
  };
  const headers = properties.headers as Record<string, string> | undefined;
  return timed(
    (seconds, error) =>
      record('messaging.client.operation.duration', seconds, { ...labels, 'error.type': error }),
    () =>
      inScope({ traceparent: headers?.traceparent, tracestate: headers?.tracestate }, () =>
        inSpan({ name: `publish ${routingKey}`, kind: 'producer', attributes }, () =>
          work({ ...properties, headers: { ...headers, ...currentTrace() } }),
        ),
      ),
  );
}

/** Log lines from here on name the account and the server that a message is about. */
export function nameSubject(data: unknown): void {
  if (typeof data !== 'object' || data === null) return;
  if ('accountId' in data && typeof data.accountId === 'string') nameInLogs({ accountId: data.accountId });
  if ('serverId' in data && typeof data.serverId === 'string') nameInLogs({ serverId: data.serverId });
}

const rpc = (type: string) => ({ 'rpc.system.name': 'berth', 'rpc.method': type });

/** Times the work; `error` is undefined also for what was refused for good reason. */
async function timed<Result>(
  report: (seconds: number, error: string | undefined) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now();
  let error: string | undefined;
  try {
    return await work();
  } catch (thrown) {
    error = failureOf(thrown);
    throw thrown;
  } finally {
    report(secondsSince(startedAt), error);
  }
}
