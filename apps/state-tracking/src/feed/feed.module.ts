import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeletedAccountsModule } from '../deletion/deleted-accounts.module.ts';
import { Appending } from './appending.ts';
import { ArrivalModel } from './arrival.model.ts';
import { EntryModel } from './entry.model.ts';
import { FeedHandlers } from './feed.handlers.ts';
import { FeedSweep } from './feed-sweep.ts';
import { Feed } from './feed.ts';
import { AccountPositionModel, ServerPositionModel } from './position.model.ts';
import { Positions } from './positions.ts';

/**
 * What customers are told of their servers. Consumes `ServerChanged`, publishes `FeedAppended`, answers `ReadFeed`. Owns
 * `feed_entries`, and what leads to them: `feed_arrivals`, `feed_accounts`, `feed_servers`.
 */
@Module({
  imports: [
    MongooseModule.forFeature([ArrivalModel, EntryModel, AccountPositionModel, ServerPositionModel]),
    DeletedAccountsModule,
  ],
  controllers: [FeedHandlers],
  providers: [Feed, Appending, Positions, FeedSweep],
  exports: [MongooseModule],
})
export class FeedModule {}
