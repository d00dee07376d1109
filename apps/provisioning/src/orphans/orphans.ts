import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Model } from 'mongoose';
import type { Resource } from '../cloud/inventory.ts';
import { serverIdOf, type OrphanFinding } from './judge.ts';
import { OrphanModel, type Orphan } from './orphan.model.ts';

export interface Sighting {
  resource: Resource;
  finding: OrphanFinding;
}

/** What is remembered of orphans from sweep to sweep. */
@Injectable()
export class Orphans {
  private readonly logger = new Logger('Orphans');

  constructor(
    @InjectModel(OrphanModel.name) private readonly orphans: Model<Orphan>,
    private readonly clock: Clock,
  ) {}

  /** Those known in a region, by id. */
  async inRegion(region: string): Promise<Map<string, Orphan>> {
    const known = await this.orphans.find({ region }).lean();
    return new Map(known.map((orphan) => [orphan._id, orphan]));
  }

  /** Within the open transaction if there is one. */
  find(id: string): Promise<Orphan | null> {
    return this.orphans.findById(id).lean();
  }

  /** Notes all that a whole look at a region has found; what it has not found there any more is forgotten. */
  async seen(
    region: string,
    sightings: readonly Sighting[],
    known: ReadonlyMap<string, Orphan>,
  ): Promise<void> {
    const now = this.clock.now();
    const ids = new Set(sightings.map(({ resource }) => resource.id));
    const over = [...known.values()].filter(({ _id }) => !ids.has(_id));
    await this.orphans.bulkWrite([
      ...sightings.map((sighting) => noted(sighting, region, now)),
      ...over.map(({ _id }) => ({ deleteOne: { filter: { _id } } })),
    ]);
    for (const sighting of sightings) this.tell(sighting, known.get(sighting.resource.id));
    for (const { _id, askedAt } of over)
      this.logger.log(
        `${_id} is no orphan any more: it ${askedAt ? 'was removed' : 'is gone, in use, or has an owner'}`,
      );
  }

  /** EC2 is about to be asked to do something about it. */
  async asking(id: string): Promise<void> {
    await this.orphans.updateOne({ _id: id }, { $set: { askedAt: this.clock.now(), error: null } });
  }

  async quarantined(id: string, quarantinedAt: Date): Promise<void> {
    await this.orphans.updateOne({ _id: id }, { $set: { quarantinedAt } });
  }

  async failed(id: string, error: string): Promise<void> {
    await this.orphans.updateOne({ _id: id }, { $set: { error: error.slice(0, 500) } });
  }

  private tell({ resource, finding }: Sighting, before: Orphan | undefined): void {
    if (before?.why === finding.why && before.held === finding.held) return;
    const { id, kind, region, tags } = resource;
    const held = finding.held ? `stays: ${finding.held}` : 'is to be removed';
    this.logger.warn(
      `The ${kind} ${id} of ${tags['berth:server-id'] ?? 'no server'} in ${region} is an orphan (${finding.why}), ${held}`,
    );
  }
}

const noted = ({ resource, finding }: Sighting, region: string, now: Date) => ({
  updateOne: {
    filter: { _id: resource.id },
    update: {
      $set: {
        ...finding,
        kind: resource.kind,
        region,
        serverId: serverIdOf(resource),
        accountId: resource.tags['berth:account-id'] ?? null,
        lastSeenAt: now,
      },
      $min: { madeAt: resource.madeAt },
      $inc: { sightings: 1 },
      $setOnInsert: { firstSeenAt: now, quarantinedAt: null, askedAt: null, error: null, releasedAt: null },
    },
    upsert: true,
  },
});
