import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Leader } from '@berth/mongo';
import { inScope, inSpan } from '@berth/telemetry';
import type { Connection } from 'mongoose';
import { Config } from '../config.ts';
import { Records } from '../records/records.ts';
import type { HostRecord } from '../records/record.model.ts';
import { Wakeup } from '../records/wakeup.ts';
import { BatchRefused } from '../route53/failures.ts';
import { Route53 } from '../route53/route53.ts';
import { backoffMilliseconds } from './backoff.ts';
import { Batches } from './batches.ts';
import { plan, type HostChange } from './plan.ts';

/** Wishes of this time travel together: a launch waits for it, a batch of many saves calls. */
const GATHER_MILLISECONDS = 250;
/** How late a wish that another replica took is found. */
const IDLE_MILLISECONDS = 500;
/** As many as fit when all are UPSERTs. */
const MAX_WISHES = 500;
/** A removal that is refused this often, each time after another look at the zone, is refused for good. */
const MAX_REFUSED_REMOVALS = 3;

/** Makes the zone what the records say, in batches; one replica at a time, one change in flight. */
@Injectable()
export class ZoneWriter implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ZoneWriter.name);
  private readonly leader: Leader;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly records: Records,
    private readonly wakeup: Wakeup,
    private readonly batches: Batches,
    private readonly route53: Route53,
    config: Config,
  ) {
    this.leader = new Leader(connection, `zone-writer/${config.zone}`, (tenure) => this.write(tenure));
  }

  onApplicationBootstrap(): void {
    this.leader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.leader.stop();
  }

  /** Rounds until the tenure ends. A round that fails for any reason begins anew from what is stored. */
  private async write(tenure: AbortSignal): Promise<void> {
    let failures = 0;
    while (!tenure.aborted) {
      try {
        await this.round(tenure);
        failures = 0;
      } catch (error) {
        if (tenure.aborted) return;
        this.logger.warn(error, 'The zone could not be written, trying again');
        await delay(backoffMilliseconds(failures++), undefined, { signal: tenure }).catch(() => {});
      }
    }
  }

  private async round(tenure: AbortSignal): Promise<void> {
    await this.batches.finishOpen(tenure);
    if (!(await this.records.anyPending())) return this.wakeup.wait(IDLE_MILLISECONDS);
    await delay(GATHER_MILLISECONDS, undefined, { signal: tenure });
    const wishes = await this.records.pending(MAX_WISHES);
    await asPartOf(wishes, () => this.fulfil(wishes, tenure));
  }

  private async fulfil(wishes: readonly HostRecord[], tenure: AbortSignal): Promise<void> {
    const removed = wishes.filter(({ ip }) => ip === null).map(({ _id }) => _id);
    const { changes, absent } = plan(wishes, await this.route53.recordsOf(removed));
    if (absent.length > 0) await this.records.fulfilled(new Map(absent.map((host) => [host, null])));
    if (changes.length > 0) await this.send(changes, tenure);
  }

  /** A refused batch is halved until the guilty change is alone: Route 53 takes or refuses a batch as a whole. */
  private async send(changes: readonly HostChange[], tenure: AbortSignal): Promise<void> {
    try {
      await this.batches.carryOut(changes, tenure);
    } catch (error) {
      if (!(error instanceof BatchRefused)) throw error;
      const [only, another] = changes;
      if (only && !another) return this.refuse(only, error);
      const middle = Math.ceil(changes.length / 2);
      await this.send(changes.slice(0, middle), tenure);
      await this.send(changes.slice(middle), tenure);
    }
  }

  private async refuse({ host, ip, change }: HostChange, refusal: BatchRefused): Promise<void> {
    this.logger.warn(
      `Route 53 refuses ${change.Action} of ${host} ${ip ?? ''}: ${refusal.code} ${refusal.message}`,
    );
    // The record may have changed between the look and the removal.
    if (ip === null && (await this.records.countRefusedRemoval(host)) < MAX_REFUSED_REMOVALS) throw refusal;
    // What is refused is not in the zone: without this, a record that can't be made again could never be given up.
    if (ip !== null) await this.records.setWritten(new Map([[host, null]]));
    await this.records.refused(host, ip, refusal.code);
  }
}

/** What is done for one wish is a part of its trace; done for several, it is linked to all of theirs. */
function asPartOf(wishes: readonly HostRecord[], work: () => Promise<void>): Promise<void> {
  const traces = wishes.map(({ origin }) => origin?.traceparent);
  const [only, another] = wishes;
  if (only && !another) return inScope({ ...only.origin }, () => inSpan({ name: 'write zone' }, work));
  return inSpan({ name: 'write zone', links: traces }, work);
}
