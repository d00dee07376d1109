import { Controller } from '@nestjs/common';
import {
  CancelUsageReplay,
  GetUsageReplay,
  ListUsageReplays,
  ReadUsageFeed,
  StartUsageReplay,
  type DataOf,
} from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { UsageFeed } from './usage-feed.ts';
import { UsageReplays } from './usage-replays.ts';

@Controller()
export class FeedHandlers {
  constructor(
    private readonly feed: UsageFeed,
    private readonly replays: UsageReplays,
  ) {}

  @OnRequest(ReadUsageFeed)
  read(query: DataOf<typeof ReadUsageFeed>) {
    return this.feed.read(query);
  }

  @OnRequest(StartUsageReplay, { idempotent: true })
  start(replay: DataOf<typeof StartUsageReplay>) {
    return this.replays.start(replay);
  }

  @OnRequest(ListUsageReplays)
  list(query: DataOf<typeof ListUsageReplays>) {
    return this.replays.list(query);
  }

  @OnRequest(GetUsageReplay)
  get({ replayId }: DataOf<typeof GetUsageReplay>) {
    return this.replays.get(replayId);
  }

  @OnRequest(CancelUsageReplay)
  cancel({ replayId }: DataOf<typeof CancelUsageReplay>) {
    return this.replays.cancel(replayId);
  }
}
