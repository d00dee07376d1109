import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeletedAccountModel } from './deleted-account.model.ts';
import { DeletedAccounts } from './deleted-accounts.ts';
import { DeletionHandlers } from './deletion.handlers.ts';

/** Which accounts nothing may be kept of. Consumes `AccountDeleted`. Owns `deleted_accounts`. */
@Module({
  imports: [MongooseModule.forFeature([DeletedAccountModel])],
  controllers: [DeletionHandlers],
  providers: [DeletedAccounts],
  exports: [DeletedAccounts],
})
export class DeletedAccountsModule {}
