import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { HostLabel, type HostnameCheck } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne } from '@berth/mongo';
import type { Model } from 'mongoose';
import { insertOrDecideAnew } from '../database/decide-anew.ts';
import { HostnameModel, type HostnameDocument } from './hostname.model.ts';
import { isReserved } from './reserved.ts';

/** So long nobody else gets the name of a terminated server: its visitors still come. */
const HELD_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;

/** Who has which host name. Documents are never deleted: the numbering of orders to dns outlives the servers. */
@Injectable()
export class Hostnames {
  constructor(
    @InjectModel(HostnameModel.name) private readonly hostnames: Model<HostnameDocument>,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a name within the open transaction. Throws 422 `hostname_reserved`, 409 `hostname_taken`; two at once meet in
   * a conflict on the document and the second decides anew.
   */
  async take(label: string, accountId: string, serverId: string): Promise<void> {
    if (isReserved(label)) throw problem('hostname_reserved');
    const found = await this.hostnames.findById(label).lean();
    if (found && !this.isFree(found, accountId)) throw problem('hostname_taken');
    const owner = { serverId, accountId, heldUntil: null };
    if (found) await this.hostnames.updateOne({ _id: label }, { $set: owner });
    else await insertOrDecideAnew(insertOne(this.hostnames, { _id: label, recordSequence: 0, ...owner }));
  }

  /** A free name made from a server's name: `My Server!` → `my-server`, or `my-server-3f9a2c` when that is gone. */
  async propose(name: string, accountId: string): Promise<string> {
    const label = labelFrom(name);
    if ((await this.obstacle(label, accountId)) === null) return label;
    return `${label.slice(0, 33) || 'server'}-${randomBytes(3).toString('hex')}`.replace(/^-+/, '');
  }

  /** Whether this account can take a name, whatever it is. A name held for it is free; who has another's is not told. */
  async check(name: string, accountId: string): Promise<HostnameCheck> {
    const reason = await this.obstacle(name, accountId);
    const proposal = reason === null ? name : await this.propose(name, accountId);
    return { hostname: name, available: reason === null, reason, proposal };
  }

  /** Gives a name back within the open transaction, held for its account for 30 days when it was in use. */
  async giveBack(label: string, serverId: string, { hold }: { hold: boolean }): Promise<void> {
    const heldUntil = hold ? new Date(this.clock.now().getTime() + HELD_DAYS * DAY_MILLISECONDS) : null;
    await this.hostnames.updateOne({ _id: label, serverId }, { $set: { serverId: null, heldUntil } });
  }

  /** Names that were an account's are nobody's; those that are held stay so, for nobody. */
  async forget(labels: readonly string[], accountId: string): Promise<void> {
    const theirs = { _id: { $in: [...labels] }, accountId, serverId: null };
    await this.hostnames.updateMany(theirs, { $set: { accountId: null } });
  }

  /** The number of the next order to dns for this name, within the open transaction. */
  async nextRecordSequence(label: string): Promise<number> {
    const raised = await this.hostnames
      .findOneAndUpdate({ _id: label }, { $inc: { recordSequence: 1 } }, { returnDocument: 'after' })
      .lean();
    if (!raised) throw new Error(`The host name ${label} belongs to nobody`);
    return raised.recordSequence;
  }

  private async obstacle(name: string, accountId: string): Promise<HostnameCheck['reason']> {
    if (!HostLabel.safeParse(name).success) return 'invalid';
    if (isReserved(name)) return 'reserved';
    const found = await this.hostnames.findById(name).lean();
    return found && !this.isFree(found, accountId) ? 'taken' : null;
  }

  private isFree({ serverId, accountId, heldUntil }: HostnameDocument, forAccount: string): boolean {
    if (serverId !== null) return false;
    return accountId === forAccount || heldUntil === null || heldUntil <= this.clock.now();
  }
}

/** As much of a name as can stand in a host name. */
const labelFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
