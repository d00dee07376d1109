import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, GetServer, ListServers, ReplyOf, TaggedServer } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { containing, isId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { ServerModel, type ServerDocument } from './server.model.ts';
import { Views } from './views.ts';

@Injectable()
export class Queries {
  constructor(
    @InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>,
    private readonly views: Views,
  ) {}

  /** Throws 404 `not_found`. */
  async get({ accountId, serverId }: DataOf<typeof GetServer>): Promise<TaggedServer> {
    const found = await this.servers.findOne({ _id: serverId, accountId }).lean<ServerDocument>();
    if (!found) throw problem('not_found');
    return this.views.tagged(found);
  }

  /** Newest first; terminated ones only when asked for, by flag or by status. Throws 400 `invalid_cursor`. */
  async list(query: DataOf<typeof ListServers>): Promise<ReplyOf<typeof ListServers>> {
    const { accountId, cursor, limit } = query;
    if (cursor !== undefined && !isId('srv', cursor)) throw problem('invalid_cursor');
    const item = await this.views.viewer(accountId);
    const found = await this.servers
      .find({ ...filterOf(query), ...(cursor !== undefined && { _id: { $lt: cursor } }) })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<ServerDocument[]>();
    return pageOf(found, limit, { item, cursor: ({ _id }) => _id });
  }
}

function filterOf({
  accountId,
  status,
  tag,
  q,
  includeTerminated,
}: DataOf<typeof ListServers>): Record<string, unknown> {
  return {
    accountId,
    ...(status ? { status } : !includeTerminated && { status: { $ne: 'terminated' } }),
    ...(tag !== undefined && { tags: { $elemMatch: tagFilter(tag) } }),
    ...(q !== undefined && { searchText: containing(q.toLowerCase()) }),
  };
}

/** `key`, or `key:value`; a key may itself hold a colon, so every way to cut the text is meant. */
function tagFilter(tag: string) {
  const cuts = [...tag.matchAll(/:/g)].map(({ index }) => index);
  return {
    $or: [{ key: tag }, ...cuts.map((at) => ({ key: tag.slice(0, at), value: tag.slice(at + 1) }))],
  };
}
