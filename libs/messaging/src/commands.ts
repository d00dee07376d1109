import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { CommandContract, InputOf } from '@berth/contracts';
import { newEnvelope, toProperties, type SendOptions } from './envelope.ts';
import { publishing } from './observed.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { Publisher } from './publisher.ts';

/** Orders of a service that has no database, and so no outbox: the broker is given them at once, and keeps them. */
@Injectable()
export class Commands {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly publisher: Publisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when the owner's queue has it on disk. Throws `NotPublished` (nobody is bound to it, or no confirm in 10 s) or
   * `BusDisconnected`, after which it may have been taken all the same: who sends it again, sends another message.
   */
  async send<Contract extends CommandContract>(
    command: Contract,
    data: InputOf<Contract>,
    options: SendOptions = {},
  ): Promise<void> {
    const { type: routingKey } = command;
    const envelope = newEnvelope(this.options.service, routingKey, this.clock.now(), options);
    const body = Buffer.from(JSON.stringify(command.schema.parse(data)));
    const message = {
      _id: envelope.id,
      exchange: 'berth.commands',
      routingKey,
      properties: toProperties(envelope),
    };
    await publishing(message, (properties) =>
      this.publisher.publish({ ...message, mandatory: true, properties, body }),
    );
  }
}
