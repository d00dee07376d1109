import { Controller } from '@nestjs/common';
import { ListUsage, SERVER_EVENTS, type DataOf, type ServerTransition } from '@berth/contracts';
import { OnEventBatch, OnRequest, type MessageContext } from '@berth/messaging';
import { Metering } from './metering.ts';
import { UsageList } from './usage-list.ts';

const { running, ...others } = SERVER_EVENTS;

@Controller()
export class UsageHandlers {
  constructor(
    private readonly metering: Metering,
    private readonly usage: UsageList,
  ) {}

  /** Each is a fact; the gapless prefix of a server's sequence makes usage. */
  @OnEventBatch(running, ...Object.values(others), { inTurn: ({ serverId }) => serverId })
  changed(transitions: readonly ServerTransition[], messages: readonly MessageContext[]) {
    return this.metering.take(transitions, messages);
  }

  @OnRequest(ListUsage)
  list(query: DataOf<typeof ListUsage>) {
    return this.usage.list(query);
  }
}
