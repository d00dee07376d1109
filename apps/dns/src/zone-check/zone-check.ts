import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { Continuity, isInGap, Leader, Transactions } from '@berth/mongo';
import { gauge } from '@berth/telemetry';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { Records } from '../records/records.ts';
import { Route53 } from '../route53/route53.ts';
import { difference, type Difference } from './compare.ts';

const EVERY_SECONDS = 60;
const LOOK_MILLISECONDS = 1_000;

/** What is wrong with a host, and under which wish: another wish since then makes it another matter. */
interface Finding {
  host: string;
  what: Difference;
  sequence: number;
}

/**
 * Compares the whole zone with all wishes, in one replica. What two looks in a row find changed by hand is written again,
 * unless the database may have been restored since the wish: then a newer one may be lost, and it is only told.
 */
@Injectable()
export class ZoneCheck implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ZoneCheck.name);
  private readonly leader: Leader;
  /** Of the last look. */
  private found = new Map<string, Finding>();
  private checkedAt = new Date(0);

  constructor(
    @InjectConnection() connection: Connection,
    private readonly records: Records,
    private readonly route53: Route53,
    private readonly continuity: Continuity,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.leader = new Leader(connection, `zone-check/${config.zone}`, (tenure) => this.run(tenure));
  }

  onApplicationBootstrap(): void {
    gauge('berth.dns.drift', () => this.counts());
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  /** One look. Throws when Route 53 does not show the whole zone; then nothing is concluded. */
  async check(): Promise<void> {
    this.checkedAt = this.clock.now();
    const zone = await this.route53.hostsOfZone();
    const wishes = await this.records.all();
    const before = this.found;
    this.found = new Map();
    for (const host of new Set([...zone.keys(), ...wishes.keys()])) {
      const wish = wishes.get(host);
      const what = difference(wish, zone.get(host));
      if (what) this.found.set(host, { host, what, sequence: wish?.sequence ?? 0 });
    }
    for (const finding of this.found.values()) {
      const again = before.get(finding.host);
      const isSame = again?.what === finding.what && again.sequence === finding.sequence;
      if (!isSame) this.logger.warn(`The record of ${finding.host} in the zone is ${finding.what}`);
      else if (finding.what !== 'unknown') await this.mend(finding);
    }
  }

  private async run(tenure: AbortSignal): Promise<void> {
    this.found = new Map();
    while (!tenure.aborted) {
      const passed = Math.abs(this.clock.now().getTime() - this.checkedAt.getTime());
      if (passed >= EVERY_SECONDS * 1000) {
        await this.check().catch((error: unknown) => this.logger.warn(error, 'The zone was not checked'));
      }
      await delay(LOOK_MILLISECONDS, undefined, { signal: tenure }).catch(() => {});
    }
    this.found = new Map();
  }

  /** The database must be the one that saw the wish, in the transaction in which it is the latest. */
  private async mend({ host, what, sequence }: Finding): Promise<void> {
    const mended = await this.transactions.run(async () => {
      await this.continuity.prove();
      const gaps = await this.continuity.gaps();
      const sure = (wantedAt: Date) => gaps.every(({ to }) => !isInGap({ from: new Date(0), to }, wantedAt));
      return this.records.writeAgain(host, sequence, sure);
    });
    if (mended) this.logger.warn(`The record of ${host} was ${what} in the zone: it is written again`);
  }

  private counts() {
    const counts = new Map<Difference, number>();
    for (const { what } of this.found.values()) counts.set(what, (counts.get(what) ?? 0) + 1);
    return [...counts].map(([what, value]) => ({ value, attributes: { what } }));
  }
}
