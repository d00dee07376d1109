import type { Part } from '../part.ts';
import { FeedHandlers } from './feed.handlers.ts';
import { Replaying } from './replaying.ts';
import { UsageFeed } from './usage-feed.ts';
import { ReplayModel } from './usage-replay.model.ts';
import { UsageReplays } from './usage-replays.ts';

/** Usage given out again. Answers `ReadUsageFeed`, `StartUsageReplay` and what belongs to it. Owns `usage_replays`. */
export const feed: Part = {
  models: [ReplayModel],
  controllers: [FeedHandlers],
  providers: [UsageFeed, UsageReplays, Replaying],
};
