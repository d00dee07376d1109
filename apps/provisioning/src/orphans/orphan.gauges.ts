import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { gauge } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { OrphanModel, type Orphan } from './orphan.model.ts';

/** Says how many orphans there are, and what keeps them. Every replica counts them all: take the highest, not the sum. */
@Injectable()
export class OrphanGauges implements OnApplicationBootstrap {
  constructor(@InjectModel(OrphanModel.name) private readonly orphans: Model<Orphan>) {}

  onApplicationBootstrap(): void {
    gauge('berth.orphans', () => this.byKind());
  }

  private async byKind() {
    const counts = await this.orphans.aggregate<{
      _id: Pick<Orphan, 'kind' | 'held'>;
      orphans: number;
    }>([{ $group: { _id: { kind: '$kind', held: '$held' }, orphans: { $sum: 1 } } }]);
    return counts.map(({ _id: { kind, held }, orphans }) => ({
      value: orphans,
      attributes: { kind, held: held ?? 'no' },
    }));
  }
}
