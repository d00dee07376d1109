import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, ListOrphans, Orphan as OrphanView, ReplyOf } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Config } from '../config.ts';
import { OrphanModel, type Orphan } from './orphan.model.ts';

/** What staff see of orphans, and what only they can say. */
@Injectable()
export class OrphanDesk {
  private readonly logger = new Logger('Orphans');

  constructor(
    @InjectModel(OrphanModel.name) private readonly orphans: Model<Orphan>,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** By id, which is also the cursor. Throws 400 `invalid_cursor`. */
  async list({ cursor, limit }: DataOf<typeof ListOrphans>): Promise<ReplyOf<typeof ListOrphans>> {
    if (cursor !== undefined && !/^(i|vol)-[0-9a-f]+$/.test(cursor)) throw problem('invalid_cursor');
    const found = await this.orphans
      .find(cursor === undefined ? {} : { _id: { $gt: cursor } })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean();
    return pageOf(found, limit, { item: (orphan) => this.view(orphan), cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`, 409 `invalid_state`. */
  async release(id: string): Promise<OrphanView> {
    const known = await this.orphans.findById(id).lean();
    if (!known) throw problem('not_found');
    if (known.releasedAt) return this.view(known);
    if (known.held !== 'made_in_gap')
      throw problem('invalid_state', {
        detail: known.held ? `It is held: ${known.held}` : 'Nothing holds it',
      });
    const released = await this.orphans
      .findOneAndUpdate(
        { _id: id, held: 'made_in_gap' },
        { $set: { releasedAt: this.clock.now(), held: null } },
        { returnDocument: 'after' },
      )
      .lean();
    if (!released) throw problem('not_found');
    this.logger.warn(`${id} was released by a person: it will be removed`);
    return this.view(released);
  }

  private view({ _id: id, ...orphan }: Orphan): OrphanView {
    const { kind, region, serverId, accountId, why, sightings, error } = orphan;
    return {
      id,
      kind,
      region,
      serverId,
      accountId,
      why,
      held: orphan.held ?? (this.config.orphans.remove ? null : 'report_only'),
      madeAt: orphan.madeAt.toISOString(),
      firstSeenAt: orphan.firstSeenAt.toISOString(),
      sightings,
      quarantinedAt: orphan.quarantinedAt?.toISOString() ?? null,
      error,
      releasedAt: orphan.releasedAt?.toISOString() ?? null,
    };
  }
}
