import { Controller } from '@nestjs/common';
import { ReadFeed, ServerChanged, type DataOf } from '@berth/contracts';
import { OnEvent, OnRequest } from '@berth/messaging';
import { DeletedAccounts } from '../deletion/deleted-accounts.ts';
import { Feed } from './feed.ts';

@Controller()
export class FeedHandlers {
  constructor(
    private readonly feed: Feed,
    private readonly deleted: DeletedAccounts,
  ) {}

  @OnEvent(ServerChanged)
  async changed(change: DataOf<typeof ServerChanged>) {
    if (!(await this.deleted.includes(change.accountId))) await this.feed.take(change);
  }

  @OnRequest(ReadFeed)
  read(question: DataOf<typeof ReadFeed>) {
    return this.feed.read(question);
  }
}
