import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, ListUsageReplays, ReplyOf, StartUsageReplay, UsageReplay } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { insertOne, isId, newId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { ReplayModel, type ReplayDocument } from './usage-replay.model.ts';

/** What staff want published again, and how far it has come. */
@Injectable()
export class UsageReplays {
  constructor(
    @InjectModel(ReplayModel.name) private readonly replays: Model<ReplayDocument>,
    private readonly clock: Clock,
  ) {}

  /** Inside a transaction. Throws 400 `invalid_request`. */
  async start({ queue, ...span }: DataOf<typeof StartUsageReplay>): Promise<UsageReplay> {
    const createdAt = this.clock.now();
    const [from, to] = [new Date(span.from), span.to === undefined ? createdAt : new Date(span.to)];
    if (to > createdAt) throw wrong('/to', 'must not lie in the future');
    if (from >= to) throw wrong('/from', 'must lie before `to`');
    const replay: Omit<ReplayDocument, 'version'> = {
      ...{ _id: newId('rpl'), queue, from, to, createdAt },
      ...{ state: 'running', published: 0, lastId: null, lastRecordedAt: null, error: null, endedAt: null },
    };
    await insertOne(this.replays, replay);
    return shown(replay);
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({ cursor, limit }: DataOf<typeof ListUsageReplays>): Promise<ReplyOf<typeof ListUsageReplays>> {
    if (cursor !== undefined && !isId('rpl', cursor)) throw problem('invalid_cursor');
    const found = await this.replays
      .find(cursor === undefined ? {} : { _id: { $lt: cursor } })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<ReplayDocument[]>();
    return pageOf(found, limit, { item: shown, cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`. */
  async get(replayId: string): Promise<UsageReplay> {
    const found = await this.replays.findById(replayId).lean<ReplayDocument | null>();
    if (!found) throw problem('not_found');
    return shown(found);
  }

  /** Throws 404 `not_found`, 409 `invalid_state`. */
  async cancel(replayId: string): Promise<UsageReplay> {
    const canceled = await this.replays
      .findOneAndUpdate(
        { _id: replayId, state: 'running' },
        { $set: { state: 'canceled', endedAt: this.clock.now() }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      )
      .lean<ReplayDocument | null>();
    if (canceled) return shown(canceled);
    const { state } = await this.get(replayId);
    throw problem('invalid_state', { detail: `It has ended already: it is ${state}.` });
  }

  /** Oldest first. */
  running(): Promise<ReplayDocument[]> {
    return this.replays.find({ state: 'running' }).sort({ _id: 1 }).lean<ReplayDocument[]>();
  }

  /** Notes what has come of a replay since it was read; whether it is as it was read, neither ended nor gone on with by another. */
  async note(
    { _id, version }: ReplayDocument,
    change: Partial<
      Pick<ReplayDocument, 'state' | 'published' | 'lastId' | 'lastRecordedAt' | 'error' | 'endedAt'>
    >,
  ): Promise<boolean> {
    const { matchedCount } = await this.replays.updateOne(
      { _id, version, state: 'running' },
      { $set: change, $inc: { version: 1 } },
    );
    return matchedCount === 1;
  }
}

const wrong = (pointer: string, detail: string) =>
  problem('invalid_request', { errors: [{ pointer, detail }] });

const shown = (replay: Omit<ReplayDocument, 'version'>): UsageReplay => ({
  id: replay._id,
  queue: replay.queue,
  from: replay.from.toISOString(),
  to: replay.to.toISOString(),
  state: replay.state,
  published: replay.published,
  lastRecord:
    replay.lastId !== null && replay.lastRecordedAt !== null
      ? { id: replay.lastId, recordedAt: replay.lastRecordedAt.toISOString() }
      : null,
  error: replay.error,
  createdAt: replay.createdAt.toISOString(),
  endedAt: replay.endedAt?.toISOString() ?? null,
});
