import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { Continuity } from '@berth/mongo';
import { Inventory, type Resource } from '../cloud/inventory.ts';
import { Config } from '../config.ts';
import { isGone, judge, serverIdOf, type Owner } from './judge.ts';
import { nextStep, QUARANTINED_AT } from './next-step.ts';
import type { Orphan } from './orphan.model.ts';
import { Orphans, type Sighting } from './orphans.ts';
import { Owners } from './owners.ts';
import { Removal } from './removal.ts';

/** How much more one sweep may do at EC2. */
export interface Allowance {
  left: number;
}

/** Compares all that a region has of this deployment with the servers there are. */
@Injectable()
export class Sweep {
  private readonly logger = new Logger('Orphans');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly continuity: Continuity,
    private readonly inventory: Inventory,
    private readonly owners: Owners,
    private readonly orphans: Orphans,
    private readonly removal: Removal,
  ) {}

  /** Nothing is concluded, and nothing removed, when EC2 or the database fails on any part of the look. */
  async region(region: string, allowance: Allowance, signal: AbortSignal): Promise<void> {
    await this.continuity.prove();
    const resources = await this.inventory.all(region, signal);
    // Read after EC2 was: a server is stored before anything is made for it.
    const owners = await this.owners.among(resources.map(serverIdOf));
    const known = await this.orphans.inRegion(region);
    await this.orphans.seen(region, await this.judge(resources, owners, known), known);
    if (!this.config.orphans.remove) return;
    await this.endQuarantines(resources, owners, allowance, signal);
    await this.remove(region, resources, allowance, signal);
  }

  private async judge(
    resources: readonly Resource[],
    owners: ReadonlyMap<string, Owner>,
    known: ReadonlyMap<string, Orphan>,
  ): Promise<Sighting[]> {
    const gaps = await this.continuity.gaps();
    const { ageSeconds } = this.config.orphans;
    const now = this.clock.now();
    return resources.flatMap((resource) => {
      const owner = owners.get(serverIdOf(resource) ?? '') ?? null;
      const finding = judge(resource, owner, { now, gaps, ageSeconds, known: known.get(resource.id) });
      return finding ? [{ resource, finding }] : [];
    });
  }

  /** Whoever was asked longest ago comes first: what EC2 refuses again and again must not use up all sweeps. */
  private async remove(
    region: string,
    resources: readonly Resource[],
    allowance: Allowance,
    signal: AbortSignal,
  ): Promise<void> {
    const orphans = await this.orphans.inRegion(region);
    const { quarantineDays } = this.config.orphans;
    const now = this.clock.now();
    const ripe = resources.filter((resource) => {
      const orphan = orphans.get(resource.id);
      return orphan && nextStep(orphan, resource, { now, quarantineDays }) !== null;
    });
    const askedAt = ({ id }: Resource) => orphans.get(id)?.askedAt?.getTime() ?? 0;
    for (const resource of ripe.sort((a, b) => askedAt(a) - askedAt(b))) {
      if (signal.aborted || allowance.left <= 0) return;
      allowance.left -= 1;
      await this.removal.attempt(resource, signal).catch((error: unknown) => this.failed(resource, error));
    }
  }

  /** The owner of a volume has turned up. */
  private async endQuarantines(
    resources: readonly Resource[],
    owners: ReadonlyMap<string, Owner>,
    allowance: Allowance,
    signal: AbortSignal,
  ): Promise<void> {
    for (const resource of resources) {
      const owner = owners.get(serverIdOf(resource) ?? '');
      if (!owner || isGone(owner) || !(QUARANTINED_AT in resource.tags)) continue;
      if (signal.aborted || allowance.left <= 0) return;
      allowance.left -= 1;
      await this.inventory
        .untag(resource, QUARANTINED_AT, signal)
        .catch((error: unknown) => this.failed(resource, error));
    }
  }

  private failed({ id }: Resource, error: unknown): void {
    this.logger.warn(error, `${id} could not be dealt with, the next sweep tries again`);
  }
}
