import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, GetTimeline, ReplyOf, ServerTransition, TimelineEntry } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { cursorAfter, sequenceOf } from './cursor.ts';
import { TransitionModel, type StoredTransition } from './transition.model.ts';

/** Every transition of every server, for the customer it belongs to. */
@Injectable()
export class Timeline {
  constructor(@InjectModel(TransitionModel.name) private readonly transitions: Model<StoredTransition>) {}

  /** In whatever order they arrive; one that is known is left as it is. */
  async record(transition: ServerTransition): Promise<void> {
    const { serverId, accountId, sequence, at, from, to, reason, cause } = transition;
    const _id = `${serverId}/${sequence}`;
    const $setOnInsert = { serverId, sequence, at: new Date(at), from, to, reason, cause };
    await this.transitions.updateOne({ _id, accountId }, { $setOnInsert }, { upsert: true });
  }

  /** A page, oldest first. Throws `not_found` for a server that is not the account's, `invalid_cursor`. */
  async page({
    accountId,
    serverId,
    cursor,
    limit,
  }: DataOf<typeof GetTimeline>): Promise<ReplyOf<typeof GetTimeline>> {
    const after = cursor === undefined ? 0 : sequenceOf(cursor);
    if (after === undefined) throw problem('invalid_cursor');
    const found = await this.transitions
      .find({ accountId, serverId, sequence: { $gt: after } })
      .sort({ sequence: 1 })
      .limit(limit + 1)
      .lean();
    if (found.length === 0 && !(await this.transitions.exists({ accountId, serverId })))
      throw problem('not_found');
    return pageOf(found, limit, { item: entry, cursor: ({ sequence }) => cursorAfter(sequence) });
  }
}

function entry({ sequence, at, from, to, reason, cause }: StoredTransition): TimelineEntry {
  return { sequence, at: at.toISOString(), from, to, reason, cause };
}
