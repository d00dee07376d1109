import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type { EffectResult } from '@berth/lifecycle';
import { QuotaUse } from '../accounts/quota-use.ts';
import { Cloud, CloudRefusal } from '../cloud/cloud.ts';
import { Hostnames } from '../hostnames/hostnames.ts';
import type { ServerDocument } from './server.model.ts';

type Result = EffectResult<ServerDocument>;
type Server = Readonly<ServerDocument>;

/** EC2 may not show what it has just made: younger instances that are missing are asked for again. */
const APPEARS_WITHIN_SECONDS = 300;
const NEXT_LOOK_SECONDS = 2;

/** Taking a server down, and giving back what it held. */
@Injectable()
export class RemovalEffects {
  constructor(
    private readonly cloud: Cloud,
    private readonly quota: QuotaUse,
    private readonly hostnames: Hostnames,
    private readonly clock: Clock,
  ) {}

  async terminate({ configuration, instance, launch }: Server, signal: AbortSignal): Promise<Result> {
    if (!instance) return { text: 'there is no instance' };
    try {
      await this.cloud.terminate(configuration.region, instance.id, signal);
      return { text: 'EC2 accepted the termination' };
    } catch (error) {
      if (!(error instanceof CloudRefusal) || error.kind !== 'missing') throw error;
      const age = this.clock.now().getTime() - (launch?.acceptedAt?.getTime() ?? 0);
      if (age < APPEARS_WITHIN_SECONDS * 1000) {
        return { text: 'EC2 does not show it yet', againInSeconds: NEXT_LOOK_SECONDS };
      }
      return {
        text: 'EC2 has no such instance any more',
        store: (now) => void (now.instance &&= { ...now.instance, state: 'absent' }),
      };
    }
  }

  /**
   * Deletes the volumes tagged as this server's. EC2 may not show new ones: seeing none counts the second time. An instance
   * that holds one and is not the known one was made besides, by whatever mistake: it goes as well.
   */
  async deleteDisks({ _id, configuration, instance, disks }: Server, signal: AbortSignal): Promise<Result> {
    const { region } = configuration;
    const found = await this.cloud.disksOf(region, _id, signal);
    for (const { id, state, instanceId } of found) {
      if (state === 'available') await this.cloud.deleteDisk(region, id, signal).catch(ignoreMissing);
      else if (instanceId && instanceId !== instance?.id)
        await this.cloud.terminate(region, instanceId, signal).catch(ignoreMissing);
    }
    if (!found.length && disks.looked) {
      const goneAt = this.clock.now();
      return { text: 'the disk is gone', store: (server) => void (server.disks = { looked: true, goneAt }) };
    }
    return {
      text: found.length ? 'EC2 deletes the disk' : 'EC2 shows no disk',
      store: (server) => void (server.disks = { looked: true, goneAt: null }),
      againInSeconds: NEXT_LOOK_SECONDS,
    };
  }

  /** Quota and host name, in one transaction with the note that they were given back. */
  async release(): Promise<Result> {
    return { text: 'quota and host name were given back', store: (server) => this.giveBack(server) };
  }

  private async giveBack(server: ServerDocument): Promise<void> {
    if (server.releasedAt) return;
    server.releasedAt = this.clock.now();
    const { accountId, hostname, vcpu, configuration, everRan } = server;
    await this.quota.giveBack(accountId, { servers: 1, vcpu, diskGib: configuration.diskGib });
    await this.hostnames.giveBack(hostname, server._id, { hold: everRan });
    // The request holds the agent's secret, and nothing will ever be repeated from it.
    if (server.launch) server.launch = { ...server.launch, sealedRequest: '' };
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof CloudRefusal) || error.kind !== 'missing') throw error;
}
