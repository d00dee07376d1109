import { Controller } from '@nestjs/common';
import { ReadFeed, ServerChanged, type DataOf } from '@berth/contracts';
import { OnEvent, OnRequest } from '@berth/messaging';
import { Feed } from './feed.ts';

@Controller()
export class FeedHandlers {
  constructor(private readonly feed: Feed) {}

  @OnEvent(ServerChanged)
  changed(change: DataOf<typeof ServerChanged>) {
    return this.feed.take(change);
  }

  @OnRequest(ReadFeed)
  read(question: DataOf<typeof ReadFeed>) {
    return this.feed.read(question);
  }
}
