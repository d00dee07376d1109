import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { Continuity, Transactions } from '@berth/mongo';
import { count } from '@berth/telemetry';
import { CallBudget } from '../cloud/call-budget.ts';
import { Cloud, CloudRefusal } from '../cloud/cloud.ts';
import { Inventory, type Resource } from '../cloud/inventory.ts';
import { Config } from '../config.ts';
import { judge, serverIdOf } from './judge.ts';
import { nextStep, QUARANTINED_AT, type NextStep } from './next-step.ts';
import { Orphans } from './orphans.ts';
import { Owners } from './owners.ts';

/** Terminates that customers ordered come first: so many calls are left to them. */
const KEPT_FOR_SERVERS = 10;

/** Takes a step towards removing one orphan, when all rules hold once more by a look of its own. */
@Injectable()
export class Removal {
  private readonly logger = new Logger('Orphans');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly continuity: Continuity,
    private readonly inventory: Inventory,
    private readonly owners: Owners,
    private readonly orphans: Orphans,
    private readonly cloud: Cloud,
    private readonly budget: CallBudget,
  ) {}

  /** Killed in the middle it is done again: each step may be repeated. What EC2 refuses is noted and tried in a later sweep. */
  async attempt(listed: Resource, signal: AbortSignal): Promise<void> {
    // Waited for first: what is looked at and decided after it is fresh.
    if (listed.kind === 'instance') await this.turn(listed.region, signal);
    const resource = await this.inventory.again(listed, signal);
    const step = resource && (await this.decide(resource));
    if (!resource || !step) return;
    try {
      await this.take(step, resource, signal);
      count('berth.orphans.removals', { kind: resource.kind, step });
      this.logger.warn(`${resource.id} is an orphan: ${DONE[step]}`);
    } catch (error) {
      if (error instanceof CloudRefusal && error.kind === 'missing') return;
      await this.orphans.failed(resource.id, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  private async turn(region: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const { waitSeconds } = await this.budget.take('TerminateInstances', region, KEPT_FOR_SERVERS);
      if (waitSeconds === 0) return;
      await delay(waitSeconds * 1000, undefined, { signal });
    }
  }

  /** The database must be the one that saw all, in the same transaction in which it knows of no owner. */
  private decide(resource: Resource): Promise<NextStep | null> {
    return this.transactions.run(async () => {
      await this.continuity.prove();
      const orphan = await this.orphans.find(resource.id);
      if (!orphan) return null;
      const { ageSeconds, quarantineDays } = this.config.orphans;
      const now = this.clock.now();
      const serverId = serverIdOf(resource);
      const owner = (await this.owners.among([serverId])).get(serverId ?? '') ?? null;
      const gaps = await this.continuity.gaps();
      const finding = judge(resource, owner, { now, gaps, ageSeconds, known: orphan });
      const step = finding && nextStep({ ...orphan, ...finding }, resource, { now, quarantineDays });
      if (step) await this.orphans.asking(resource.id);
      return step;
    });
  }

  private async take(step: NextStep, resource: Resource, signal: AbortSignal): Promise<void> {
    const { id, region } = resource;
    if (step === 'terminate') return this.cloud.terminate(region, id, signal);
    if (step === 'delete') return this.cloud.deleteDisk(region, id, signal);
    const now = this.clock.now();
    await this.inventory.tag(resource, { Key: QUARANTINED_AT, Value: now.toISOString() }, signal);
    await this.orphans.quarantined(id, now);
  }
}

const DONE: Record<NextStep, string> = {
  terminate: 'EC2 terminates it',
  quarantine: 'it is in quarantine now',
  delete: 'its quarantine is over, EC2 deletes it',
};
