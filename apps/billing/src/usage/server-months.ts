import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { replaceAll } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Ledgers } from './ledgers.ts';
import { packed, ServerMonthModel, unpacked, type StoredServerMonth } from './server-month.model.ts';
import type { ServerMonth } from './server-month.ts';

/** What servers used by month: written by settlements, read for costs and invoices. */
@Injectable()
export class ServerMonths {
  private complete = false;

  constructor(
    @InjectModel(ServerMonthModel.name) private readonly months: Model<StoredServerMonth>,
    private readonly ledgers: Ledgers,
  ) {}

  /** Those of a server. */
  async of(serverId: string, months: readonly string[]): Promise<ServerMonth[]> {
    const found = await this.months
      .find({ _id: { $in: months.map((month) => idOf({ serverId, month })) } }, ONLY)
      .setOptions({ crossTenant: true })
      .lean<StoredServerMonth[]>();
    return found.map(unpacked);
  }

  /**
   * Those of an account, or of one server of it, for this month, and those of earlier months with a rest that may reach into it.
   */
  async within(
    { accountId, serverId }: { accountId: string; serverId: string | undefined },
    month: string,
  ): Promise<ServerMonth[]> {
    const owned = { accountId, ...(serverId && { serverId }) };
    // First the earlier: a rest that moves on meanwhile is read twice, not missed.
    const earlier = await this.months
      .find({ ...owned, goesOn: true, month: { $lt: month } }, ONLY)
      .batchSize(AT_ONCE)
      .lean<StoredServerMonth[]>();
    const found = await this.months
      .find({ ...owned, month }, ONLY)
      .batchSize(AT_ONCE)
      .lean<StoredServerMonth[]>();
    const now = found.map(unpacked);
    const movedOn = new Set(now.filter(({ rest }) => rest.length).map((moved) => moved.serverId));
    return [...now, ...earlier.filter((before) => !movedOn.has(before.serverId)).map(unpacked)];
  }

  /**
   * The accounts that used, or may have used, anything in this month, by their ids, after the one that is given. From account to account in an
   * index, however many servers they have.
   */
  async *accountsIn(month: string, after: string): AsyncGenerator<string> {
    // First the earlier: one whose rest moves on meanwhile is found in its month.
    const goingOn: string[] = await this.months
      .distinct('accountId', { goesOn: true, month: { $lt: month } })
      .setOptions({ crossTenant: true });
    for (let last = after; ;) {
      const next = await this.months
        .findOne({ month, accountId: { $gt: last } }, { accountId: 1 })
        .sort({ accountId: 1 })
        .setOptions({ crossTenant: true })
        .lean<Pick<StoredServerMonth, 'accountId'> | null>();
      const [first] = [...goingOn.filter((id) => id > last), ...(next ? [next.accountId] : [])].sort();
      if (first === undefined) return;
      yield (last = first);
    }
  }

  /** Whether everything is summed up; after an update from 0.1.0 that takes a while. */
  async areComplete(): Promise<boolean> {
    return (this.complete ||= (await this.ledgers.unsummed()).length === 0);
  }

  /** Stores what a settlement has summed up. */
  async save(months: readonly ServerMonth[]): Promise<void> {
    const [used, unused] = [months.filter(isUsed), months.filter((month) => !isUsed(month))];
    await replaceAll(
      this.months,
      used.map((month) => ({ _id: idOf(month), ...packed(month), goesOn: month.rest.length > 0 })),
    );
    for (const month of unused) await this.months.deleteOne({ _id: idOf(month), accountId: month.accountId });
  }
}

/** About a megabyte: the driver's first hundred would be one more way to the database for most accounts. */
const AT_ONCE = 1_000;

const ONLY = { _id: 0, version: 0, goesOn: 0 };

const idOf = ({ serverId, month }: Pick<ServerMonth, 'serverId' | 'month'>) => `${serverId}/${month}`;

const isUsed = ({ sums, rest }: ServerMonth) => sums.length > 0 || rest.length > 0;
