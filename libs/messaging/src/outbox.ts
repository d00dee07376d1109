import { Inject, Injectable, Optional } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { CommandContract, EventContract, InputOf } from '@berth/contracts';
import { insertAll, newId, Transactions } from '@berth/mongo';
import { BusCollections, type OutboxRow } from './collections.ts';
import { isRepeatable } from './context.ts';
import { newEnvelope, toProperties, type SendOptions } from './envelope.ts';
import { BUS_OPTIONS, type BusOptions } from './options.ts';
import { CLAIM_MILLISECONDS, Relay } from './relay.ts';

/**
 * The only way events and commands leave a service that has a database: stored in the open transaction, sent after its commit, at
 * least once, in no promised order. An aborted transaction sends nothing.
 */
@Injectable()
export class Outbox {
  constructor(
    @Inject(BUS_OPTIONS) private readonly options: BusOptions,
    private readonly collections: BusCollections,
    private readonly relay: Relay,
    private readonly clock: Clock,
    @Optional() private readonly transactions?: Transactions,
  ) {}

  /** States a fact; whoever wants to know gets it, and it may be nobody. Throws outside a transaction. */
  async publish<Contract extends EventContract>(
    event: Contract,
    data: InputOf<Contract>,
    options: SendOptions = {},
  ): Promise<void> {
    await this.publishAll(event, [{ data, options }]);
  }

  /** States several facts of one kind in one write. Throws outside a transaction. */
  async publishAll<Contract extends EventContract>(
    event: Contract,
    facts: readonly { data: InputOf<Contract>; options?: SendOptions }[],
  ): Promise<void> {
    await this.store(facts.map(({ data, options }) => this.rowOf(event, event.exchange, data, options)));
  }

  /** Orders something; kept and sent again until the owner's queue has it. Throws outside a transaction. */
  async send<Contract extends CommandContract>(
    command: Contract,
    data: InputOf<Contract>,
    options: SendOptions = {},
  ): Promise<void> {
    await this.store([this.rowOf(command, 'berth.commands', data, options)]);
  }

  private async store(rows: readonly OutboxRow[]): Promise<void> {
    await insertAll(this.collections.outbox, rows);
    for (const row of rows) this.transactions?.afterCommit(() => this.relay.send(row));
  }

  private rowOf(
    contract: EventContract | CommandContract,
    exchange: string,
    data: unknown,
    options: SendOptions = {},
  ): OutboxRow {
    if (!this.transactions?.inTransaction()) {
      throw new Error(`${contract.type} can only be sent inside a transaction`);
    }
    if (isRepeatable()) throw new Error(`${contract.type} would be sent again: its handler leaves no note`);
    const envelope = newEnvelope(this.options.service, contract.type, this.clock.now(), options);
    return {
      // By a row's id one sees when it was stored.
      _id: options.id === undefined ? envelope.id : newId('msg'),
      exchange,
      routingKey: contract.type,
      mandatory: contract.kind === 'command',
      properties: toProperties(envelope),
      body: JSON.stringify(contract.schema.parse(data)),
      dueAt: new Date(Date.now() + CLAIM_MILLISECONDS),
      attempts: 0,
    };
  }
}
