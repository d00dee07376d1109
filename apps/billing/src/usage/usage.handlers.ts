import { Controller } from '@nestjs/common';
import { ListUsage, SERVER_EVENTS, type DataOf, type ServerTransition } from '@berth/contracts';
import { OnEvent, OnRequest } from '@berth/messaging';
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
  @OnEvent(running, ...Object.values(others), { inTurn: ({ serverId }) => serverId })
  changed(transition: ServerTransition) {
    return this.metering.take(transition);
  }

  @OnRequest(ListUsage)
  list(query: DataOf<typeof ListUsage>) {
    return this.usage.list(query);
  }
}
