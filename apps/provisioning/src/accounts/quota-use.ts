import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Quota } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne } from '@berth/mongo';
import type { Model } from 'mongoose';
import { insertOrDecideAnew } from '../database/decide-anew.ts';
import { QuotaUseModel, type QuotaUseDocument } from './quota-use.model.ts';

const RESOURCES = ['servers', 'vcpu', 'diskGib'] as const;
const NOTHING: Quota = { servers: 0, vcpu: 0, diskGib: 0 };

/** How much of its quota each account uses; one document each, so that launches at once can't pass the limit together. */
@Injectable()
export class QuotaUse {
  constructor(@InjectModel(QuotaUseModel.name) private readonly uses: Model<QuotaUseDocument>) {}

  async of(accountId: string): Promise<Quota> {
    const { servers, vcpu, diskGib } = (await this.uses.findById(accountId).lean()) ?? NOTHING;
    return { servers, vcpu, diskGib };
  }

  /**
   * Within the open transaction. Throws 422 `quota_exceeded` with `limit`, `used` and `resource`. Two at once meet in a
   * write conflict and the second decides anew.
   */
  async take(accountId: string, limit: Quota, wanted: Quota): Promise<void> {
    const room = Object.fromEntries(
      RESOURCES.map((resource) => [resource, { $lte: limit[resource] - wanted[resource] }]),
    );
    const { matchedCount } = await this.uses.updateOne({ _id: accountId, ...room }, { $inc: wanted });
    if (matchedCount === 0) await this.takeFirst(accountId, limit, wanted);
  }

  /** Within the open transaction. */
  async giveBack(accountId: string, { servers, vcpu, diskGib }: Quota): Promise<void> {
    await this.uses.updateOne(
      { _id: accountId },
      { $inc: { servers: -servers, vcpu: -vcpu, diskGib: -diskGib } },
    );
  }

  /**
   * Within the open transaction, in which no launch may be taken on any more: one that is under way decides anew, and finds that. Who takes on
   * what is no launch but to be met all the same, a resume, does this too.
   */
  async fence(accountId: string): Promise<void> {
    await this.uses.updateOne({ _id: accountId }, { $inc: { closings: 1 } }, { upsert: true });
  }

  async remove(accountId: string): Promise<void> {
    await this.uses.deleteOne({ _id: accountId });
  }

  /** The first of an account, or one too many. */
  private async takeFirst(accountId: string, limit: Quota, wanted: Quota): Promise<void> {
    const used = await this.of(accountId);
    for (const resource of RESOURCES) {
      if (used[resource] + wanted[resource] <= limit[resource]) continue;
      throw problem('quota_exceeded', {
        extensions: { resource, limit: limit[resource], used: used[resource] },
      });
    }
    await insertOrDecideAnew(insertOne(this.uses, { _id: accountId, ...wanted }));
  }
}
