import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '@berth/clock';
import { Voids } from '../voids/voids.ts';
import { Facts } from './facts.ts';
import { Ledgers } from './ledgers.ts';
import { Metering } from './metering.ts';
import { cutAt } from './settlement.ts';

const SWEEP_EVERY_MILLISECONDS = 5_000;
const MOST_NAMED = 10;
/** On the hour everything that runs is due. */
const TOGETHER = 50;

/**
 * Settles what no message does: open intervals at every UTC hour, and facts and voids whose settlement a crash or a failure
 * left undone; once an hour, ledgers that a replica of 0.1.0 has settled meanwhile. It looks for what is due instead of waiting for a moment, so
 * time in which nothing ran is made up for, and a second replica finds nothing left to do.
 */
@Injectable()
export class UsageSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UsageSweep.name);
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;
  private stopping = false;
  private warnedIn?: number;
  private summedIn?: number;

  constructor(
    private readonly facts: Facts,
    private readonly voids: Voids,
    private readonly ledgers: Ledgers,
    private readonly metering: Metering,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MILLISECONDS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Settles what is due; joins the sweep that is under way. */
  sweep(): Promise<void> {
    this.sweeping ??= this.settleDue()
      .catch((error: unknown) => this.logger.error(error, 'Usage cannot be swept'))
      .finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  private async settleDue(): Promise<void> {
    const hour = cutAt(this.clock.now());
    const due = new Set([
      ...(await this.facts.unconsidered()),
      ...(await this.voids.unsettled()),
      ...(await this.ledgers.due(hour)),
      ...(hour.getTime() === this.summedIn ? [] : await this.ledgers.unsummed()),
    ]);
    const servers = begunAnywhere([...due]);
    while (servers.length > 0) {
      if (this.stopping) return;
      await this.settle(servers.splice(0, TOGETHER));
    }
    this.summedIn = hour.getTime();
    await this.warnOncePerHour(hour);
  }

  /** Together if that is possible, else one by one; one that fails waits for the next sweep and does not stop the others. */
  private async settle(serverIds: readonly string[]): Promise<void> {
    const failed = await this.metering.settleTogether(serverIds).then(
      () => [],
      () => serverIds,
    );
    for (const serverId of failed) {
      if (this.stopping) return;
      await this.metering
        .settle(serverId)
        .catch((error: unknown) => this.logger.error(error, `The usage of ${serverId} cannot be settled`));
    }
  }

  /** Reordering fills its gaps within moments; what is still missing at the hour sits in the dead letters. */
  private async warnOncePerHour(hour: Date): Promise<void> {
    if (hour.getTime() === this.warnedIn) return;
    this.warnedIn = hour.getTime();
    for (const { _id, missing } of await this.ledgers.incomplete(MOST_NAMED)) {
      this.logger.warn(
        `The usage of ${_id} stands still: transition ${missing} is missing, later ones are here`,
      );
    }
  }
}

/** Replicas that sweep at the same time meet once at most, and not in each server. */
function begunAnywhere(serverIds: readonly string[]): string[] {
  const first = Math.floor(Math.random() * serverIds.length);
  return [...serverIds.slice(first), ...serverIds.slice(0, first)];
}
