import { randomUUID } from 'node:crypto';
import { connect, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { SeverableProxy } from './severable-proxy.ts';

export interface Tapped {
  type: string;
  data: unknown;
  headers: Record<string, unknown>;
  properties: ConsumeMessage['properties'];
}

export interface Tap {
  /** All messages so far. */
  readonly messages: Tapped[];
}

/** A message as it was published. */
export interface Traced {
  /** Empty for what was put straight into a queue: a request, an answer, a dead letter. */
  exchange: string;
  routingKey: string;
  /** Of AMQP, by the names it has there: `message_id`, `correlation_id`, `type`, `headers` … */
  properties: Record<string, unknown>;
  body: string;
}

export interface QueueState {
  /** Ready to be delivered. */
  messages: number;
  consumers: number;
  /** `<exchange> <routing key>`, sorted. */
  bindings: string[];
}

/**
 * A virtual host of its own on the RabbitMQ of `AMQP_URL` and `RABBITMQ_MANAGEMENT_URL`, with means to do to it what
 * happens to brokers.
 */
export async function broker(): Promise<TestBroker> {
  const { AMQP_URL, RABBITMQ_MANAGEMENT_URL } = process.env;
  if (!AMQP_URL || !RABBITMQ_MANAGEMENT_URL) {
    throw new Error('AMQP_URL and RABBITMQ_MANAGEMENT_URL are not set: run the specs through npm test');
  }
  const vhost = `test-${randomUUID().slice(0, 8)}`;
  const address = new URL(AMQP_URL);
  address.pathname = `/${vhost}`;
  const management = new Management(RABBITMQ_MANAGEMENT_URL, address.username, address.password);
  await management.put(`vhosts/${vhost}`, {});
  await management.put(`permissions/${vhost}/${address.username || 'guest'}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  });
  const connection = await connect(address.href);
  const proxy = await SeverableProxy.to(address.hostname, Number(address.port || 5672));
  address.hostname = '127.0.0.1';
  address.port = String(proxy.port);
  return new TestBroker(address.href, vhost, management, connection, proxy);
}

export class TestBroker {
  constructor(
    /** For `BusModule.forRoot({ amqpUrl })`. */
    readonly url: string,
    /** The name of the virtual host. */
    readonly vhost: string,
    private readonly management: Management,
    private readonly connection: ChannelModel,
    private readonly proxy: SeverableProxy,
  ) {
    connection.on('error', () => {});
  }

  /** Cuts every connection made to `url`; throws when there was none to cut. */
  killConnections(): void {
    if (this.proxy.cut() === 0) throw new Error('There is no connection to kill');
  }

  /** Makes users and gives them rights: see https://www.rabbitmq.com/docs/definitions. */
  async define(definitions: object): Promise<void> {
    await this.management.post('definitions', definitions);
  }

  async deleteQueue(name: string): Promise<void> {
    await this.withChannel((channel) => channel.deleteQueue(name));
  }

  async purgeQueue(name: string): Promise<void> {
    await this.withChannel((channel) => channel.purgeQueue(name));
  }

  /** The names of all queues. */
  async queues(): Promise<string[]> {
    const queues = await this.management.get<{ name: string }[]>(`queues/${this.vhost}`);
    return queues.map(({ name }) => name);
  }

  /** Undefined when there is no such queue. */
  async queue(name: string): Promise<QueueState | undefined> {
    const state = await this.withChannel((channel) => channel.checkQueue(name)).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (!state) return undefined;
    const bindings = await this.management.get<{ source: string; routing_key: string }[]>(
      `queues/${this.vhost}/${name}/bindings`,
    );
    return {
      messages: state.messageCount,
      consumers: state.consumerCount,
      bindings: bindings
        .filter(({ source }) => source !== '')
        .map(({ source, routing_key }) => `${source} ${routing_key}`)
        .sort(),
    };
  }

  /** Collects all that passes an exchange, from now on. `*` is one word of the type, `#` any number. */
  async bindTap(exchange: string, pattern = '#'): Promise<Tap> {
    const channel = await this.connection.createChannel();
    await channel.assertExchange(exchange, 'topic', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, exchange, pattern);
    const messages: Tapped[] = [];
    await channel.consume(queue, (message) => message && messages.push(tapped(message)), { noAck: true });
    return { messages };
  }

  /**
   * Collects all that is published from now on, by whatever exchange or none, requests and their answers too
   * (https://www.rabbitmq.com/docs/firehose).
   */
  async trace(): Promise<readonly Traced[]> {
    await this.management.put(`vhosts/${this.vhost}`, { tracing: true });
    const channel = await this.connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.#');
    const published: Traced[] = [];
    await channel.consume(queue, (message) => message && published.push(traced(message)), { noAck: true });
    return published;
  }

  /** A raw publish, for what no contract allows. */
  async publish(
    exchange: string,
    routingKey: string,
    body: Buffer | string,
    properties: object = {},
  ): Promise<void> {
    const channel = await this.connection.createConfirmChannel();
    channel.publish(exchange, routingKey, Buffer.from(body), properties);
    await channel.waitForConfirms();
    await channel.close();
  }

  async stop(): Promise<void> {
    this.proxy.stop();
    await this.connection.close().catch(() => {});
    await this.management.delete(`vhosts/${this.vhost}`);
  }

  private async withChannel<Result>(
    work: (channel: Awaited<ReturnType<ChannelModel['createChannel']>>) => Promise<Result>,
  ): Promise<Result> {
    const channel = await this.connection.createChannel();
    channel.on('error', () => {});
    try {
      return await work(channel);
    } finally {
      await channel.close().catch(() => {});
    }
  }
}

const isNotFound = (error: unknown) => error instanceof Error && 'code' in error && error.code === 404;

function tapped({ content, properties }: ConsumeMessage): Tapped {
  const text = content.toString('utf8');
  return { type: String(properties.type), data: parsed(text), headers: properties.headers ?? {}, properties };
}

function traced({ content, properties: { headers } }: ConsumeMessage): Traced {
  const { exchange_name, routing_keys, properties } = headers as unknown as {
    exchange_name: string;
    routing_keys: string[];
    properties: Record<string, unknown>;
  };
  return { exchange: exchange_name, routingKey: routing_keys[0] ?? '', properties, body: content.toString() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The few calls of RabbitMQ's management API that AMQP has no equal for. */
class Management {
  constructor(
    private readonly url: string,
    private readonly user: string,
    private readonly password: string,
  ) {}

  get = <Body>(path: string) => this.call('GET', path) as Promise<Body>;
  put = (path: string, body: object) => this.call('PUT', path, body);
  post = (path: string, body: object) => this.call('POST', path, body);
  delete = (path: string) => this.call('DELETE', path);

  /** Undefined for 404. */
  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const credentials = `${decodeURIComponent(this.user) || 'guest'}:${decodeURIComponent(this.password) || 'guest'}`;
    const response = await fetch(new URL(`/api/${path}`, this.url), {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`RabbitMQ management: ${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
