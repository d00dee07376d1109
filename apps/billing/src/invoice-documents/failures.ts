import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Model } from 'mongoose';
import { DocumentFailureModel, type DocumentFailure } from './failure.model.ts';

const FIRST_MILLISECONDS = 5_000;
const LONGEST_MILLISECONDS = 10 * 60_000;
const LONGEST_ERROR = 500;

/** What could not be made, and when it is tried again: ever later, up to ten minutes. */
@Injectable()
export class DocumentFailures {
  constructor(
    @InjectModel(DocumentFailureModel.name) private readonly failures: Model<DocumentFailure>,
    private readonly clock: Clock,
  ) {}

  /** The invoices that are not to be tried yet. */
  async waiting(): Promise<string[]> {
    const found = await this.failures.find({ nextAttemptAt: { $gt: this.clock.now() } }, { _id: 1 }).lean();
    return found.map(({ _id }) => _id);
  }

  async of(invoiceIds: readonly string[]): Promise<Map<string, DocumentFailure>> {
    const found = await this.failures.find({ _id: { $in: invoiceIds } }).lean<DocumentFailure[]>();
    return new Map(found.map((failure) => [failure._id, failure]));
  }

  async note(invoiceId: string, error: unknown): Promise<void> {
    const attempts = ((await this.of([invoiceId])).get(invoiceId)?.attempts ?? 0) + 1;
    const wait = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (attempts - 1));
    await this.failures.updateOne(
      { _id: invoiceId },
      {
        $set: {
          attempts,
          error: String(error).slice(0, LONGEST_ERROR),
          nextAttemptAt: new Date(this.clock.now().getTime() + wait),
        },
      },
      { upsert: true },
    );
  }

  async forget(invoiceId: string): Promise<void> {
    await this.failures.deleteOne({ _id: invoiceId });
  }
}
