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
  type RetryServer,
} from '@berth/contracts';
import { NO_PROGRESS, type Cause } from '@berth/lifecycle';
import { Outbox, problem } from '@berth/messaging';
import { Continuity, newId, Transactions } from '@berth/mongo';
import type { Offer } from '@berth/pricing';
import { seal } from '@berth/secrets';
import { QuotaUse } from '../accounts/quota-use.ts';
import { Restrictions } from '../accounts/restrictions.ts';
import { Standings } from '../accounts/standings.ts';
import { offerFor } from '../catalog/offer.ts';
import { Config } from '../config.ts';
import { Hostnames } from '../hostnames/hostnames.ts';
import { newOperation } from '../operations/operation.model.ts';
import { stepsOf } from '../operations/plans.ts';
import { actorCause } from './causes.ts';
import { LaunchEffects } from './launch.effects.ts';
import { nothingYet, operationInProgress, type ServerDocument } from './server.model.ts';
import { ServerRunner } from './server.runner.ts';
import { Views } from './views.ts';

type Order = DataOf<typeof LaunchServer>;

/** Takes orders for new servers, and for failed ones once more. */
@Injectable()
export class Launches {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly catalog: CatalogCopy,
    private readonly standings: Standings,
    private readonly restrictions: Restrictions,
    private readonly quota: QuotaUse,
    private readonly hostnames: Hostnames,
    private readonly servers: ServerRunner,
    private readonly effects: LaunchEffects,
    private readonly outbox: Outbox,
    private readonly views: Views,
    private readonly continuity: Continuity,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Within the open transaction: quota, host name, server, operation, messages, all or nothing. Throws
   * `account_suspended`, `email_unverified`, `budget_exceeded`, `unknown_offer`, `quota_exceeded`, `hostname_reserved`, `hostname_taken`.
   */
  async launch(order: Order): Promise<Accepted> {
    const { accountId, actor, name } = order;
    await this.standings.requireActive(accountId);
    await this.restrictions.requireNone(accountId);
    const offer = offerFor(await this.catalog.current(), order);
    const serverId = newId('srv');
    const hostname = order.hostname ?? (await this.hostnames.propose(name, accountId));
    await this.reserve({ _id: serverId, accountId }, hostname, offer, order.diskGib);
    const cause = actorCause(actor, 'launched');
    const ordered = this.newServer(serverId, order, offer, hostname, cause);
    await this.effects.prepareAtOnce(ordered, offer);
    const server = await this.servers.create(ordered, cause);
    this.transactions.afterCommit(() => this.continuity.remember('servers', serverId));
    await this.watch(server);
    // As it was when the order was taken: whether its request was made with it is nothing to tell customers apart by.
    return this.views.accepted({ ...server, status: 'requested' });
  }

  /**
   * Within the open transaction: a failed server is launched again, as if for the first time. Throws `server_locked`,
   * `invalid_state`, `not_retryable` and what a launch throws.
   */
  async retry({ accountId, actor, serverId, zone, size }: DataOf<typeof RetryServer>): Promise<Accepted> {
    await this.standings.requireActive(accountId);
    await this.restrictions.requireNone(accountId);
    const catalog = await this.catalog.current();
    const cause = actorCause(actor, 'retried');
    const server = await this.servers.changeOwn(accountId, serverId, cause, async (now) => {
      requireRetryable(now);
      const { configuration, hostname, instance, formerInstanceIds = [] } = now;
      const ordered = {
        ...configuration,
        zone: zone ?? configuration.zone,
        size: size ?? configuration.size,
      };
      const offer = offerFor(catalog, { ...ordered, zone: ordered.zone ?? undefined });
      await this.reserve(now, hostname, offer, ordered.diskGib);
      Object.assign(now, {
        configuration: ordered,
        zone: ordered.zone,
        ...nothingYet(this.clock.now()),
        ...this.beginning(now, actor, offer, cause),
        formerInstanceIds: instance ? [...formerInstanceIds, instance.id] : formerInstanceIds,
      });
    });
    await this.watch(server);
    return this.views.accepted(server);
  }

  /** Quota and host name. */
  private async reserve(
    { _id, accountId }: Pick<ServerDocument, '_id' | 'accountId'>,
    hostname: string,
    { size }: Offer,
    diskGib: number,
  ): Promise<void> {
    const wanted = { servers: 1, vcpu: size.vcpu, diskGib };
    await this.quota.take(accountId, await this.standings.quotaOf(accountId), wanted);
    await this.hostnames.take(hostname, accountId, _id);
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

  private newServer(_id: string, order: Order, offer: Offer, hostname: string, cause: Cause): ServerDocument {
    const { accountId, actor, name, product, version, size, region, zone = null, diskGib, tags = {} } = order;
    const now = this.clock.now();
    const host = `${hostname}.${this.config.zone}`;
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
      zone,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      protected: false,
      createdAt: now,
      ...nothingYet(now),
      ...this.beginning({ _id, accountId }, actor, offer, cause),
    };
  }

  /** What each launch has of its own. A new secret: reports of an instance that an earlier one made count no more. */
  private beginning(
    server: Pick<ServerDocument, '_id' | 'accountId'>,
    actor: Order['actor'],
    { size, product }: Offer,
    cause: Cause,
  ): Pick<ServerDocument, 'vcpu' | 'wish' | 'operation' | 'agentKey' | 'boot'> {
    const secret = randomBytes(32).toString('base64');
    return {
      vcpu: size.vcpu,
      wish: { power: 'running', cause },
      operation: newOperation('launch', server, actor, stepsOf('launch'), this.clock.now()),
      agentKey: {
        keyId: randomUUID(),
        sealedSecret: seal(this.config.secretsKey, secret, agentSecretContext(server._id)),
      },
      boot: { timeoutSeconds: product.boot.bootTimeoutSeconds, health: product.health },
    };
  }
}

/** Nothing of the failed launch may be left: its instance and disk would be taken for the new one's. */
function requireRetryable(server: ServerDocument): void {
  const { status, failure, releasedAt } = server;
  if (operationInProgress(server)) throw problem('server_locked');
  if (status !== 'failed') throw problem('invalid_state', { detail: `It is ${status}` });
  if (!failure?.retryable) throw problem('not_retryable', { detail: `It failed with ${failure?.code}` });
  if (!releasedAt)
    throw problem('invalid_state', { detail: 'What the failed launch made is still being removed' });
}

/** What a customer's search looks through. */
export const searchText = (name: string, host: string): string => `${name} ${host}`.toLowerCase();
