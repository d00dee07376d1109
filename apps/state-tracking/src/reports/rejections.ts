import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { isDuplicateKey } from '@berth/mongo';
import type { Model } from 'mongoose';
import { RejectedReportsModel, type RejectedReports, type RejectionReason } from './rejected-report.model.ts';

const SAMPLE_CHARACTERS = 1_000;

/** Counts what is dropped and keeps a sample of it. */
@Injectable()
export class Rejections {
  private readonly logger = new Logger(Rejections.name);

  constructor(
    @InjectModel(RejectedReportsModel.name) private readonly rejected: Model<RejectedReports>,
    private readonly clock: Clock,
  ) {}

  /** `serverId` only when it is a known one; `text` is cut to 1,000 characters. */
  async record(reason: RejectionReason, serverId: string | null, text: string): Promise<void> {
    this.logger.warn(`Dropped a report of ${serverId ?? 'an unknown server'}: ${reason}`);
    const now = this.clock.now();
    const hour = now.toISOString().slice(0, 13);
    const count = () =>
      this.rejected.updateOne(
        { _id: `${hour}/${serverId ?? '-'}/${reason}` },
        {
          $setOnInsert: { serverId, reason, firstAt: now },
          $set: { lastAt: now, sample: text.slice(0, SAMPLE_CHARACTERS) },
          $inc: { count: 1 },
        },
        { upsert: true },
      );
    try {
      await count();
    } catch (error) {
      // Two firsts at once: by now the document is there.
      if (!isDuplicateKey(error)) throw error;
      await count();
    }
  }
}
