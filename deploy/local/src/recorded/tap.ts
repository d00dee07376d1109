import { connect, type ConsumeMessage } from 'amqplib';
import type { Said } from './recording.ts';

const EXCHANGES = ['berth.events', 'berth.commands', 'berth.usage'];
const REQUESTS = '.requests';
const REPLIES = 'amq.rabbitmq.reply-to.';

type Headers = Record<string, unknown>;

/**
 * Listens to all that is published on a broker, by RabbitMQ's firehose (https://www.rabbitmq.com/docs/firehose): unlike a
 * queue at the exchanges it also hears requests and answers, which pass none of them.
 */
export async function tap(
  amqpUrl: string,
  managementUrl: string,
): Promise<{ said: Said[]; stop(): Promise<void> }> {
  await trace(managementUrl);
  const connection = await connect(amqpUrl);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.#');
  const said: Said[] = [];
  const began = performance.now();
  await channel.consume(
    queue,
    (message) => {
      if (message) hear(message, said, Math.round(performance.now() - began) / 1000);
    },
    { noAck: true },
  );
  return { said, stop: () => connection.close() };
}

function hear({ content, properties: { headers } }: ConsumeMessage, said: Said[], at: number): void {
  const { exchange_name: exchange, routing_keys: keys, properties } = headers as Headers;
  const [key = ''] = keys as string[];
  const {
    message_id: id,
    correlation_id: requestId,
    headers: own = {},
  } = properties as {
    message_id?: string;
    correlation_id?: string;
    headers?: Headers;
  };
  const body: unknown = JSON.parse(content.toString('utf8'));
  if (key.startsWith(REPLIES)) {
    const request = said.find((each) => each.id === requestId);
    if (request) request.answer = { at, outcome: own['berth-outcome'] as 'answer' | 'problem', body };
    return;
  }
  const isRequest = exchange === '' && key.endsWith(REQUESTS);
  if (!id || !(isRequest || EXCHANGES.includes(String(exchange)))) return;
  const attribute = (name: string) => own[`cloudEvents:${name}`] as string | undefined;
  const actor = { kind: attribute('actorkind') ?? '', id: attribute('actorid') ?? '' };
  said.push({
    at,
    from: attribute('source')?.replace('/berth/', '') ?? '',
    to: isRequest ? key.slice(0, -REQUESTS.length) : String(exchange),
    type: attribute('type') ?? '',
    id,
    cause: attribute('causationid'),
    correlation: attribute('correlationid') ?? id,
    accountId: attribute('accountid'),
    actor: actor.id ? actor : undefined,
    idempotencyKey: own['berth-idempotency-key'] as string | undefined,
    body,
  });
}

async function trace(managementUrl: string): Promise<void> {
  const response = await fetch(`${managementUrl}/api/vhosts/%2F`, {
    method: 'PUT',
    headers: {
      authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ tracing: true }),
  });
  if (!response.ok) throw new Error(`RabbitMQ does not trace: ${response.status} ${await response.text()}`);
}
