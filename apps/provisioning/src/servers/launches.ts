import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import {
  agentSecretContext,
  WatchServer,
  type Accepted,
  type DataOf,
  type LaunchServer,
} from '@berth/contracts';
import { NO_PROGRESS } from '@berth/lifecycle';
import { Outbox } from '@berth/messaging';
import { newId } from '@berth/mongo';
import type { Offer } from '@berth/pricing';
import { seal } from '@berth/secrets';
import { QuotaUse } from '../accounts/quota-use.ts';
import { Standings } from '../accounts/standings.ts';
import { offerFor } from '../catalog/offer.ts';
import { Config } from '../config.ts';
import { Hostnames } from '../hostnames/hostnames.ts';
import { newOperation } from '../operations/operation.model.ts';
import { stepsOf } from '../operations/plans.ts';
import { actorCause } from './causes.ts';
import { nothingYet, type ServerDocument } from './server.model.ts';
import { ServerRunner } from './server.runner.ts';
import { Views } from './views.ts';

type Order = DataOf<typeof LaunchServer>;

/** Takes orders for new servers. */
@Injectable()
export class Launches {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly catalog: CatalogCopy,
    private readonly standings: Standings,
    private readonly quota: QuotaUse,
    private readonly hostnames: Hostnames,
    private readonly servers: ServerRunner,
    private readonly outbox: Outbox,
    private readonly views: Views,
  ) {}

  /**
   * Within the open transaction: quota, host name, server, operation, messages, all or nothing. Throws
   * `account_suspended`, `unknown_offer`, `quota_exceeded`, `hostname_reserved`, `hostname_taken`.
   */
  async launch(order: Order): Promise<Accepted> {
    const { accountId, actor, name } = order;
    await this.standings.requireActive(accountId);
    const offer = offerFor(await this.catalog.current(), order);
    const serverId = newId('srv');
    const hostname = order.hostname ?? (await this.hostnames.propose(name, accountId));
    const wanted = { servers: 1, vcpu: offer.size.vcpu, diskGib: order.diskGib };
    await this.quota.take(accountId, await this.standings.quotaOf(accountId), wanted);
    await this.hostnames.take(hostname, accountId, serverId);
    const cause = actorCause(actor, 'launched');
    const server = await this.servers.create(this.newServer(serverId, order, offer, hostname), cause);
    await this.watch(server);
    return this.views.accepted(server);
  }

  /** State-tracking shall believe this server's agent and probe it. */
  private async watch({ _id, accountId, configuration, agentKey, boot }: ServerDocument): Promise<void> {
    const { keyId, sealedSecret } = agentKey;
    const { health } = boot;
    const { region } = configuration;
    await this.outbox.send(
      WatchServer,
      { serverId: _id, accountId, region, keyId, sealedSecret, health },
      { accountId },
    );
  }

  private newServer(_id: string, order: Order, offer: Offer, hostname: string): ServerDocument {
    const { accountId, actor, name, product, version, size, region, zone = null, diskGib, tags = {} } = order;
    const now = this.clock.now();
    const host = `${hostname}.${this.config.zone}`;
    const secret = randomBytes(32).toString('base64');
    return {
      _id,
      version: 0,
      status: 'requested',
      reason: null,
      sequence: 0,
      enteredAt: now,
      progress: NO_PROGRESS,
      nextLookAt: null,
      accountId,
      name,
      hostname,
      host,
      searchText: searchText(name, host),
      configuration: { product, version, size, region, zone, diskGib },
      vcpu: offer.size.vcpu,
      zone,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      protected: false,
      wish: { power: 'running', cause: actorCause(actor, 'launched') },
      operation: newOperation('launch', { _id, accountId }, actor, stepsOf('launch'), now),
      agentKey: {
        keyId: randomUUID(),
        sealedSecret: seal(this.config.secretsKey, secret, agentSecretContext(_id)),
      },
      boot: { timeoutSeconds: offer.product.boot.bootTimeoutSeconds, health: offer.product.health },
      ...nothingYet(now),
    };
  }
}

/** What a customer's search looks through. */
export const searchText = (name: string, host: string): string => `${name} ${host}`.toLowerCase();
