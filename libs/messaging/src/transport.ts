import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { Readiness } from '@berth/telemetry';
import { Answers } from './answers.ts';
import { Bindings, type Binding } from './bindings.ts';
import { Broadcasts } from './broadcasts.ts';
import { Bus } from './bus.ts';
import { Consumer } from './consumer.ts';
import { BusGauges } from './gauges.ts';
import { addHandler, ofKind, type HandlerEntry, type HandlerTable } from './handler-table.ts';
import { Inbound } from './inbound.ts';
import { BUS_OPTIONS, retryDelaysSeconds, type BusOptions } from './options.ts';
import { OwnAnswers } from './own-answers.ts';
import { PassportControl } from './passports/passport-control.ts';
import { Relay } from './relay.ts';
import { Stopping } from './stopping.ts';
import { declareRequestQueue, declareRetryQueues, declareWorkQueue, queues } from './topology.ts';

/** Events, or commands, in a handler: each has a transaction open. */
const HANDLED_AT_ONCE = 50;
/** Events, or commands, in hand: the next ones are there already while an acknowledgement is on its way into the queue's log. */
const IN_HAND = 200;
const REQUESTS_AT_ONCE = 200;
const DRAIN_TIMEOUT_SECONDS = 25;

/** Nest's way to the bus: consumes what the service's controllers handle. */
@Injectable()
export class BusTransport extends Server implements CustomTransportStrategy {
  /** What a handler throws is dealt with here; Nest need not log it. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly table = new Map<string, HandlerEntry>();
  private readonly broadcastTable = new Map<string, HandlerEntry>();
  private readonly consumers: Consumer[] = [];

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly bus: Bus,
    private readonly bindings: Bindings,
    private readonly inbound: Inbound,
    private readonly answers: Answers,
    private readonly broadcasts: Broadcasts,
    private readonly relay: Relay,
    private readonly readiness: Readiness,
    private readonly ownAnswers: OwnAnswers,
    private readonly gauges: BusGauges,
    private readonly stopping: Stopping,
    private readonly passports: PassportControl,
  ) {
    super();
  }

  override addHandler(type: string, handler: MessageHandler, isEvent?: boolean, extras?: unknown): void {
    addHandler({ shared: this.table, broadcast: this.broadcastTable }, type, handler, extras);
  }

  listen(started: (error?: unknown) => void): void {
    this.start().then(() => started(), started);
  }

  /** Takes nothing new, waits for what is being handled (at most 25 s) and sends what that left in the outbox. */
  async close(): Promise<void> {
    this.stopping.begin();
    const { drainTimeoutSeconds = DRAIN_TIMEOUT_SECONDS } = this.options;
    await Promise.all(this.consumers.map((consumer) => consumer.drain(drainTimeoutSeconds * 1000)));
    await this.relay.flush();
  }

  /** Nest's transports offer their client's events here; ours rebuilds itself and has none to offer. */
  on(): void {}

  unwrap<Client>(): Client {
    return this.bus as Client;
  }

  private async start(): Promise<void> {
    const { service } = this.options;
    const names = queues(service);
    const events = ofKind(this.table, 'event');
    const commands = ofKind(this.table, 'command');
    if (events.size || commands.size)
      await this.bus.work.withChannel((channel) =>
        declareRetryQueues(channel, service, retryDelaysSeconds(this.options)),
      );
    if (events.size) await this.consume(names.events, events);
    if (commands.size) await this.consume(names.commands, commands);
    await this.hearBroadcasts();
    await this.answerRequests(names.requests);
    if (this.stopping.signal.aborted) return;
    this.relay.open();
    this.gauges.start(this.consumers);
  }

  private async consume(queue: string, handlers: HandlerTable): Promise<void> {
    const { service } = this.options;
    const consumer = new Consumer({
      queue,
      prefetch: IN_HAND,
      atOnce: HANDLED_AT_ONCE,
      declare: async (channel) => {
        await declareWorkQueue(channel, service, queue);
        await this.bindings.declare(channel, queue, bindingsOf(handlers));
      },
      handle: (message) => this.inbound.receive(queue, handlers, message),
    });
    await this.add(queue, consumer, () => consumer.start(this.bus.work));
  }

  private async hearBroadcasts(): Promise<void> {
    if (!this.broadcastTable.size) return;
    this.readiness.add('hears broadcasts', () => this.broadcasts.attached);
    await this.broadcasts.start(this.bus.requests, this.broadcastTable);
  }

  private async answerRequests(queue: string): Promise<void> {
    // A stand-in for a service may answer for it.
    for (const [type, entry] of this.ownAnswers.entries())
      if (!this.table.has(type)) this.table.set(type, entry);
    if (!this.passports.isOpen)
      new Logger('Bus').log(
        'Whoever is on the bus may ask this service anything: there are no passport keys',
      );
    const handlers = ofKind(this.table, 'request');
    const consumer = new Consumer({
      queue,
      prefetch: REQUESTS_AT_ONCE,
      declare: (fresh) => declareRequestQueue(fresh, this.options.service),
      handle: (message, channel, release) => this.answers.receive(handlers, { channel, message, release }),
    });
    await this.add(queue, consumer, () => consumer.start(this.bus.requests));
  }

  private async add(queue: string, consumer: Consumer, start: () => Promise<void>): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.consumers.push(consumer);
    this.readiness.add(`consumes ${queue}`, () => consumer.attached);
    await start();
  }
}

const bindingsOf = (handlers: HandlerTable): Binding[] =>
  [...handlers.values()].map(({ contract }) => ({
    exchange: contract.kind === 'event' ? contract.exchange : 'berth.commands',
    type: contract.type,
  }));
