import { EventEmitter, once } from 'node:events';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, GetOperation, ListOperations, Operation, ReplyOf } from '@berth/contracts';
import { problem, Stopping } from '@berth/messaging';
import { isId, pageOf, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { OperationModel, type OperationDocument } from './operation.model.ts';

/** An operation may end on another replica, so who waits also looks by itself. */
const LOOK_EVERY_MILLISECONDS = 1_000;

@Injectable()
export class Operations {
  private readonly endings = new EventEmitter().setMaxListeners(0);

  constructor(
    @InjectModel(OperationModel.name) private readonly operations: Model<OperationDocument>,
    private readonly transactions: Transactions,
    private readonly stopping: Stopping,
  ) {}

  /** Keeps an operation as it is now, within the open transaction. */
  async store(operation: OperationDocument): Promise<void> {
    const { _id, accountId, ...fields } = operation;
    await this.operations.updateOne({ _id, accountId }, { $set: fields }, { upsert: true });
    if (operation.endedAt) this.transactions.afterCommit(() => void this.endings.emit(_id));
  }

  /**
   * Throws 404 `not_found`. With `waitSeconds` it answers when the operation has ended, the time is over, or this process
   * stops: then with the operation as it is by now.
   */
  async get({ accountId, operationId, waitSeconds }: DataOf<typeof GetOperation>): Promise<Operation> {
    const until = performance.now() + waitSeconds * 1000;
    for (;;) {
      const ending = this.endingOf(operationId, until - performance.now());
      const found = await this.operations.findOne({ _id: operationId, accountId }).lean();
      if (!found) throw problem('not_found');
      const isOver = performance.now() >= until || this.stopping.signal.aborted;
      if (found.endedAt || isOver) return operationView(found);
      await ending;
    }
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list(query: DataOf<typeof ListOperations>): Promise<ReplyOf<typeof ListOperations>> {
    const { accountId, serverId, status, cursor, limit } = query;
    if (cursor !== undefined && !isId('op', cursor)) throw problem('invalid_cursor');
    const found = await this.operations
      .find({
        accountId,
        ...(serverId && { serverId }),
        ...(status && { status }),
        ...(cursor !== undefined && { _id: { $lt: cursor } }),
      })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean();
    return pageOf(found, limit, { item: operationView, cursor: ({ _id }) => _id });
  }

  /** Resolves when the operation ends here, or after a while. */
  private async endingOf(operationId: string, milliseconds: number): Promise<void> {
    const late = AbortSignal.timeout(Math.ceil(Math.max(0, Math.min(milliseconds, LOOK_EVERY_MILLISECONDS))));
    const signal = AbortSignal.any([late, this.stopping.signal]);
    await once(this.endings, operationId, { signal }).catch(() => {});
  }
}

export function operationView(operation: OperationDocument): Operation {
  const { _id, type, status, serverId, steps, error, requestedBy, createdAt, endedAt } = operation;
  const text = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id: _id,
    type,
    status,
    serverId,
    steps: steps.map((step) => ({ ...step, startedAt: text(step.startedAt), endedAt: text(step.endedAt) })),
    error: endedAt ? error : null,
    requestedBy,
    createdAt: createdAt.toISOString(),
    endedAt: text(endedAt),
  };
}
