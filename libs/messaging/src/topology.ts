import { randomUUID } from 'node:crypto';
import type { Channel } from 'amqplib';

export const EXCHANGES = ['berth.events', 'berth.commands', 'berth.usage'] as const;

/** RabbitMQ 4 gives up after 20 redeliveries by default; attempts are counted here, this only stops what kills the process. */
const DELIVERY_LIMIT = 1_000;
/** Looking at dead letters and putting them back counts as a delivery as well. */
const UNLIMITED_DELIVERIES = 1_000_000_000;
/** A request nobody has taken by then has no asker any more, whatever deadline it came with. */
export const REQUEST_TTL_MILLISECONDS = 60_000;
/** A replica that is further behind than that drops the oldest broadcasts. */
const BROADCAST_TTL_MILLISECONDS = 30_000;
const MOST_BROADCASTS = 10_000;

export const queues = (service: string) => ({
  events: `${service}.events`,
  commands: `${service}.commands`,
  requests: `${service}.requests`,
  deadLetters: `${service}.dead-letters`,
  /** An exchange: by it queues of the outside get again what was said before, each under its own name. */
  replays: `${service}.replays`,
  /** Also the name of the exchange in front of it, which keeps the routing key: the queue to come back to. */
  retry: (delaySeconds: number) => `${service}.retry-${delaySeconds}s`,
});

export async function declareExchanges(channel: Channel): Promise<void> {
  for (const exchange of EXCHANGES) await channel.assertExchange(exchange, 'topic', { durable: true });
}

/** A queue for events or commands; what exceeds the delivery limit goes to the dead letters. */
export async function declareWorkQueue(channel: Channel, service: string, queue: string): Promise<void> {
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': DELIVERY_LIMIT,
      ...deadLetteredSafelyTo('', queues(service).deadLetters),
    },
  });
}

/** Where failed messages wait and, in the end, stay. */
export async function declareRetryQueues(
  channel: Channel,
  service: string,
  delaysSeconds: readonly number[],
): Promise<void> {
  const { deadLetters, retry } = queues(service);
  await channel.assertQueue(deadLetters, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': UNLIMITED_DELIVERIES },
  });
  for (const seconds of new Set(delaysSeconds)) {
    const name = retry(seconds);
    await channel.assertExchange(name, 'fanout', { durable: true });
    await channel.assertQueue(name, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-message-ttl': seconds * 1000,
        ...deadLetteredSafelyTo(''),
      },
    });
    await channel.bindQueue(name, name, '');
  }
}

/** In front of queues that are not ours: whoever owns one binds it, under its name. */
export async function declareReplayExchange(channel: Channel, service: string): Promise<void> {
  await channel.assertExchange(queues(service).replays, 'direct', { durable: true });
}

/** Requests are transient and may be lost, so a classic queue; durable because RabbitMQ 4 refuses transient shared queues. */
export async function declareRequestQueue(channel: Channel, service: string): Promise<void> {
  await channel.assertQueue(queues(service).requests, {
    durable: true,
    arguments: { 'x-queue-type': 'classic', 'x-message-ttl': REQUEST_TTL_MILLISECONDS },
  });
}

/**
 * A queue of this channel's connection alone. Each gets a name of its own: the broker may not have noticed yet that the
 * connection of the last one is gone.
 */
export async function declareBroadcastQueue(channel: Channel, service: string): Promise<string> {
  const { queue } = await channel.assertQueue(`${service}.broadcasts.${randomUUID()}`, {
    exclusive: true,
    autoDelete: true,
    durable: false,
    arguments: { 'x-max-length': MOST_BROADCASTS, 'x-message-ttl': BROADCAST_TTL_MILLISECONDS },
  });
  return queue;
}

/** Quorum queues confirm a dead-lettered message before they let go of it; that strategy wants `reject-publish`. */
function deadLetteredSafelyTo(exchange: string, routingKey?: string) {
  return {
    'x-dead-letter-exchange': exchange,
    ...(routingKey && { 'x-dead-letter-routing-key': routingKey }),
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}
