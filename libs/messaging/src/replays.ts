import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { EventContract, InputOf } from '@berth/contracts';
import { Bus } from './bus.ts';
import { newEnvelope, toProperties, type SendOptions } from './envelope.ts';
import { publishing } from './observed.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Publisher } from './publisher.ts';
import { declareReplayExchange, queues } from './topology.ts';

/**
 * Events that were said before, for one queue of the outside alone, past the outbox: whoever repeats them keeps account of how far it
 * has come. They go to a direct exchange of the service's own, `<service>.replays`, and from there to the queue that is bound to it under
 * that name. So no service needs a right on a queue of the outside, and none of Berth's own is reached.
 */
@Injectable()
export class Replays {
  /** Where queues of the outside are bound. */
  readonly exchange: string;

  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly bus: Bus,
    private readonly publisher: Publisher,
    private readonly clock: Clock,
  ) {
    this.exchange = queues(options.service).replays;
  }

  /** Makes sure of the exchange: publishing to one that is not there costs the channel, and all that is on its way there. */
  async open(): Promise<void> {
    await this.bus.work.withChannel((channel) => declareReplayExchange(channel, this.options.service));
  }

  /**
   * Resolves when the queue has it on disk. Throws `Unroutable` when no queue is bound under that name, and `NotPublished` or
   * `BusDisconnected`, after which it may have been taken all the same.
   */
  async publish<Contract extends EventContract>(
    event: Contract,
    data: InputOf<Contract>,
    { queue, ...options }: SendOptions & { queue: string },
  ): Promise<void> {
    const envelope = newEnvelope(this.options.service, event.type, this.clock.now(), options);
    const body = Buffer.from(JSON.stringify(event.schema.parse(data)));
    const message = { exchange: this.exchange, routingKey: queue, properties: toProperties(envelope) };
    await publishing({ _id: envelope.id, ...message, routingKey: event.type }, (properties) =>
      this.publisher.publish({ ...message, mandatory: true, properties, body }),
    );
  }
}
