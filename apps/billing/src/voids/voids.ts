import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { VoidModel, type VoidDocument } from './void.model.ts';

/** Minutes declared void, as settlements and costs take them into account. */
@Injectable()
export class Voids {
  constructor(@InjectModel(VoidModel.name) private readonly voids: Model<VoidDocument>) {}

  /** Those of a server, withdrawn ones too. */
  of(serverId: string): Promise<VoidDocument[]> {
    return this.voids.find({ serverId }).setOptions({ crossTenant: true }).lean<VoidDocument[]>();
  }

  /** Those in force of an account, or of one server of it, that have any part in `[from, to)`. */
  within(
    { accountId, serverId }: { accountId: string; serverId: string | undefined },
    { from, to }: { from: Date; to: Date },
  ): Promise<VoidDocument[]> {
    const owned = { accountId, ...(serverId && { serverId }) };
    return this.voids
      .find({ ...owned, withdrawnAt: null, from: { $lt: to }, to: { $gt: from } })
      .lean<VoidDocument[]>();
  }

  /** Notes that a settlement has taken these into account; it fails, and starts again, when one of them has changed meanwhile. */
  async noteSettled(voids: readonly VoidDocument[]): Promise<void> {
    const fresh = voids.filter(({ settled }) => !settled).map(({ _id }) => _id);
    if (!fresh.length) return;
    await this.voids
      .updateMany({ _id: { $in: fresh } }, { $set: { settled: true } })
      .setOptions({ crossTenant: true });
  }

  /** Servers with voids that no settlement has seen as they are: just declared or withdrawn, or left by a crash. */
  unsettled(): Promise<string[]> {
    return this.voids.distinct('serverId', { settled: false }).setOptions({ crossTenant: true });
  }
}

export const isInForce = ({ withdrawnAt }: VoidDocument): boolean => withdrawnAt === null;

/** From when on anything has changed that no settlement has seen. */
export const changedSince = (voids: readonly VoidDocument[]): Date | null =>
  voids
    .filter(({ settled }) => !settled)
    .map(({ from }) => from)
    .reduce<Date | null>((first, from) => (first && first < from ? first : from), null);
