import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { ServerModel, type ServerDocument } from '../servers/server.model.ts';
import type { Owner } from './judge.ts';

const READ_AT_ONCE = 1_000;

/** Whose things at EC2 may be. */
@Injectable()
export class Owners {
  constructor(@InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>) {}

  /** Those of these servers that there are, by id; within the open transaction if there is one. */
  async among(serverIds: Iterable<string | null>): Promise<Map<string, Owner>> {
    const ids = [...new Set(serverIds)].filter((id) => id !== null);
    const owners = new Map<string, Owner>();
    for (let start = 0; start < ids.length; start += READ_AT_ONCE) {
      const found = await this.servers
        .find({ _id: { $in: ids.slice(start, start + READ_AT_ONCE) } }, OF_INTEREST)
        .setOptions({ crossTenant: true })
        .lean<(Owner & { _id: string })[]>();
      for (const owner of found) owners.set(owner._id, owner);
    }
    return owners;
  }
}

/** Not the request of the launch, which is several times as long as the rest. */
const OF_INTEREST = {
  status: 1,
  releasedAt: 1,
  formerInstanceIds: 1,
  'instance.id': 1,
  'launch.unresolved': 1,
};
