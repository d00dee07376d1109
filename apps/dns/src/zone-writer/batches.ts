import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { insertOne, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Records } from '../records/records.ts';
import { BatchRefused } from '../route53/failures.ts';
import { Route53 } from '../route53/route53.ts';
import { BatchModel, type Batch } from './batch.model.ts';
import type { HostChange } from './plan.ts';

/** Two of the roughly five calls a second that an account has. */
const POLL_MILLISECONDS = 500;
/** Bounds the transactions that mark a batch as in sync. */
const SETTLED_AT_ONCE = 100;

/**
 * One batch at a time: stored, sent, stored again under its change id, polled until in sync, settled. After a crash at
 * any point {@link finishOpen} goes on: a batch with a change id is polled, one without is forgotten, as its hosts are
 * still pending and get planned anew.
 */
@Injectable()
export class Batches {
  private readonly logger = new Logger(Batches.name);

  constructor(
    @InjectModel(BatchModel.name) private readonly batches: Model<Batch>,
    private readonly records: Records,
    private readonly route53: Route53,
    private readonly transactions: Transactions,
  ) {}

  /** Sends the changes and returns when they are in sync. Throws BatchRefused when nothing of it was done. */
  async carryOut(changes: readonly HostChange[], tenure: AbortSignal): Promise<void> {
    const batch = await this.open(changes);
    tenure.throwIfAborted();
    try {
      batch.changeId = await this.route53.change(changes.map(({ change }) => change));
    } catch (error) {
      if (error instanceof BatchRefused) await this.takeBack(batch, changes);
      throw error;
    }
    await this.accepted(batch);
    await this.finish(batch, tenure);
  }

  /** Goes on where the writer before, or this one before a failure, has stopped. */
  async finishOpen(tenure: AbortSignal): Promise<void> {
    for (const batch of await this.batches.find().lean()) await this.finish(batch, tenure);
  }

  private async open(changes: readonly HostChange[]): Promise<Batch> {
    const hosts = changes.map(({ host, ip }) => ({ host, ip }));
    const batch: Batch = { _id: randomUUID(), changeId: null, hosts };
    await this.transactions.run(async () => {
      await this.records.setWritten(new Map(changes.map(({ host, writing }) => [host, writing])));
      await insertOne(this.batches, batch);
    });
    return batch;
  }

  private async takeBack({ _id }: Batch, changes: readonly HostChange[]): Promise<void> {
    await this.transactions.run(async () => {
      await this.records.setWritten(new Map(changes.map(({ host, before }) => [host, before])));
      await this.batches.deleteOne({ _id });
    });
  }

  private async accepted({ _id, changeId, hosts }: Batch): Promise<void> {
    const { matchedCount } = await this.batches.updateOne({ _id }, { $set: { changeId } });
    if (matchedCount === 1) return;
    // Another writer took over while this process was frozen: what was sent may have undone what it wrote since.
    await this.records.doubt(hosts.map(({ host }) => host));
    throw new Error('Another zone writer took over in the middle of a batch');
  }

  private async finish({ _id, changeId, hosts }: Batch, tenure: AbortSignal): Promise<void> {
    if (changeId !== null && (await this.untilKnown(changeId, tenure)) === 'in_sync')
      await this.settle(hosts);
    await this.batches.deleteOne({ _id });
  }

  private async untilKnown(changeId: string, tenure: AbortSignal): Promise<'in_sync' | 'unknown'> {
    for (;;) {
      const status = await this.route53.statusOf(changeId);
      if (status === 'unknown')
        this.logger.warn(`Route 53 does not know the change ${changeId}: sending it again`);
      if (status !== 'pending') return status;
      await delay(POLL_MILLISECONDS, undefined, { signal: tenure });
    }
  }

  private async settle(hosts: Batch['hosts']): Promise<void> {
    for (let start = 0; start < hosts.length; start += SETTLED_AT_ONCE) {
      const some = hosts.slice(start, start + SETTLED_AT_ONCE);
      const removed = some.filter(({ ip }) => ip === null);
      await this.transactions.run(async () => {
        await this.records.setWritten(new Map(removed.map(({ host }) => [host, null])));
        await this.records.fulfilled(new Map(some.map(({ host, ip }) => [host, ip])));
      });
    }
  }
}
