import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AccountDeleted, DataOf } from '@berth/contracts';
import type { Model } from 'mongoose';
import { DeletedAccountModel, type DeletedAccount } from './deleted-account.model.ts';

/** Accounts of which nothing is kept any more. */
@Injectable()
export class DeletedAccounts {
  constructor(@InjectModel(DeletedAccountModel.name) private readonly accounts: Model<DeletedAccount>) {}

  /** Heard again, nothing is left to be deleted but what came back with a restored database. */
  async note({ accountId, at }: DataOf<typeof AccountDeleted>): Promise<void> {
    const $set = { deletedAt: new Date(at), isErasing: true };
    await this.accounts.updateOne({ _id: accountId }, { $set }, { upsert: true });
  }

  /** Whether what is told of it comes too late. */
  async includes(accountId: string): Promise<boolean> {
    return (await this.accounts.exists({ _id: accountId })) !== null;
  }

  /** Some of those of which something may be left. */
  erasing(): Promise<DeletedAccount[]> {
    return this.accounts.find({ isErasing: true }).limit(50).lean<DeletedAccount[]>();
  }

  async noteErased(_id: string): Promise<void> {
    await this.accounts.updateOne({ _id }, { $unset: { isErasing: 1 } });
  }
}
