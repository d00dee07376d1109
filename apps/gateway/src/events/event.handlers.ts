import { Controller } from '@nestjs/common';
import { AccessEnded, AccountChanged, FeedAppended, type DataOf } from '@berth/contracts';
import { OnBroadcast } from '@berth/messaging';
import { Streams } from './streams.ts';

@Controller()
export class EventHandlers {
  constructor(private readonly streams: Streams) {}

  @OnBroadcast(FeedAppended)
  appended({ accountId, entries }: DataOf<typeof FeedAppended>) {
    this.streams.appended(accountId, entries);
  }

  @OnBroadcast(AccessEnded)
  accessEnded({ credentialId }: DataOf<typeof AccessEnded>) {
    this.streams.endCredential(credentialId);
  }

  @OnBroadcast(AccountChanged)
  accountChanged({ accountId, status }: DataOf<typeof AccountChanged>) {
    if (status === 'closed') this.streams.endAccount(accountId);
  }
}
