import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { RecordAuditEvent, type InputOf } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { isDuplicateKey, newId, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import type { TrackedServer } from '../servers/server.model.ts';
import { RejectedReportsModel, type RejectedReports, type RejectionReason } from './rejected-report.model.ts';

const SAMPLE_CHARACTERS = 1_000;

/** Counts what is dropped and keeps a sample of it; the audit trail of the server's account is told, once an hour for each reason. */
@Injectable()
export class Rejections {
  private readonly logger = new Logger(Rejections.name);

  constructor(
    @InjectModel(RejectedReportsModel.name) private readonly rejected: Model<RejectedReports>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** `server` only when it is a known one; `text` is cut to 1,000 characters. */
  async record(reason: RejectionReason, server: TrackedServer | null, text: string): Promise<void> {
    const serverId = server?._id ?? null;
    this.logger.warn(`Dropped a report of ${serverId ?? 'an unknown server'}: ${reason}`);
    const now = this.clock.now();
    const _id = `${now.toISOString().slice(0, 13)}/${serverId ?? '-'}/${reason}`;
    const count = { $set: { lastAt: now, sample: text.slice(0, SAMPLE_CHARACTERS) }, $inc: { count: 1 } };
    // All but the first of an hour: a flood of forgeries costs an update each.
    const isCounted = async () => (await this.rejected.updateOne({ _id }, count)).matchedCount > 0;
    if (await isCounted()) return;
    try {
      await this.transactions.run(async () => {
        const first = { ...count, $setOnInsert: { serverId, reason, firstAt: now } };
        const { upsertedCount } = await this.rejected.updateOne({ _id }, first, { upsert: true });
        if (server && upsertedCount > 0) await this.tell(reason, server, now);
      });
    } catch (error) {
      // Two firsts at once: by now the document is there.
      if (!isDuplicateKey(error)) throw error;
      await isCounted();
    }
  }

  /** Whoever sent it spoke in the server's name; that is all that is known of them. */
  private tell(code: RejectionReason, { _id: id, accountId }: TrackedServer, now: Date): Promise<void> {
    const event: InputOf<typeof RecordAuditEvent> = {
      ...{ id: newId('aud'), at: now.toISOString(), accountId },
      actor: { kind: 'server', id, userId: null },
      ...{ action: 'agentReport', target: { type: 'server', id }, status: null, code },
      outcome: 'denied',
      ...{ requestId: null, address: null, userAgent: null, changes: null },
    };
    return this.outbox.send(RecordAuditEvent, event, { accountId });
  }
}
