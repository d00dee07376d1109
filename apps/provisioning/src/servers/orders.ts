import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import type {
  Accepted,
  Actor,
  CancelOperation,
  DataOf,
  Operation,
  PauseServer,
  TaggedServer,
  UpdateServer,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { QuotaUse } from '../accounts/quota-use.ts';
import { Restrictions } from '../accounts/restrictions.ts';
import { Standings } from '../accounts/standings.ts';
import { ended, newOperation, type OperationDocument } from '../operations/operation.model.ts';
import { Operations, operationView } from '../operations/operations.ts';
import { stepsOf, type LiveOperation } from '../operations/plans.ts';
import { actorCause } from './causes.ts';
import { Changes } from './changes.ts';
import { isMatch } from './entity-tag.ts';
import { searchText } from './launches.ts';
import { operationInProgress, type LiveStatus, type ServerDocument, type Wish } from './server.model.ts';
import { ServerRunner } from './server.runner.ts';
import { Views } from './views.ts';

type Order = DataOf<typeof PauseServer>;

/** Who asks for what follows from the closing of an account. */
export const CLOSING: Actor = { kind: 'system', id: 'closing' };

/** What customers tell existing servers to do. All throw 404 `not_found` for a server that is not theirs. */
@Injectable()
export class Orders {
  constructor(
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly standings: Standings,
    private readonly restrictions: Restrictions,
    private readonly quotaUse: QuotaUse,
    private readonly servers: ServerRunner,
    private readonly operations: Operations,
    private readonly changes: Changes,
    private readonly views: Views,
  ) {}

  /** Throws `server_locked`, `invalid_state`. */
  pause(order: Order): Promise<Accepted> {
    return this.order(order, {
      type: 'pause',
      in: ['running', 'unavailable'],
      wish: 'paused',
      did: 'paused',
    });
  }

  /** Throws `server_locked`, `invalid_state`, `account_suspended`, `email_unverified`, `budget_exceeded`. Within the open transaction. */
  async resume(order: Order): Promise<Accepted> {
    await this.standings.requireActive(order.accountId);
    await this.restrictions.requireNone(order.accountId);
    await this.quotaUse.fence(order.accountId);
    return this.order(order, { type: 'resume', in: ['paused'], wish: 'running', did: 'resumed' });
  }

  /** Throws `server_locked`, `invalid_state`. */
  restart(order: Order): Promise<Accepted> {
    return this.order(order, {
      type: 'restart',
      in: ['running', 'unavailable'],
      wish: 'running',
      did: 'restarted',
    });
  }

  /** Wins over any operation in progress. Throws `server_protected`, `invalid_state` when it is terminated already. */
  async terminate({ accountId, serverId, actor }: Order): Promise<Accepted> {
    const cause = actorCause(actor, 'terminated');
    const server = await this.servers.changeOwn(accountId, serverId, cause, async (now) => {
      if (now.status === 'terminated') throw problem('invalid_state', { detail: 'It is terminated' });
      if (operationInProgress(now)?.type === 'terminate') return;
      if (now.protected) throw problem('server_protected');
      await this.beginTerminating(now, cause, actor);
    });
    return this.views.accepted(server);
  }

  /** The same for an account that is to have no servers, protected or not; false when there is nothing left to order. Within the open transaction. */
  async terminateForClosing(accountId: string, serverId: string): Promise<boolean> {
    const cause = { kind: 'system', id: null, text: 'terminated because the account is closing' } as const;
    let isOrdered = false;
    await this.servers.changeOwn(accountId, serverId, cause, async (now) => {
      isOrdered = now.status !== 'terminated' && operationInProgress(now)?.type !== 'terminate';
      if (isOrdered) await this.beginTerminating(now, cause, CLOSING);
    });
    return isOrdered;
  }

  /** Gives up a wait for capacity. Throws `not_cancelable`. */
  async cancel({ accountId, operationId, actor }: DataOf<typeof CancelOperation>): Promise<Operation> {
    const { serverId } = await this.operations.get({ accountId, operationId, waitSeconds: 0 });
    const cause = actorCause(actor, 'canceled');
    const server = await this.servers.changeOwn(accountId, serverId, cause, (now) => {
      const current = operationInProgress(now);
      if (current?._id !== operationId || now.status !== 'waiting_for_capacity')
        throw problem('not_cancelable');
      now.operation = ended(current, { status: 'canceled' }, this.clock.now());
      now.wish = { power: now.everRan ? 'paused' : 'terminated', cause };
    });
    if (!server.operation) throw problem('not_found');
    return operationView(server.operation);
  }

  /** Name, tags, protection. Throws `precondition_failed`. */
  async update(order: DataOf<typeof UpdateServer>): Promise<TaggedServer> {
    const { accountId, serverId, actor, ifMatch, name, tags, protected: isProtected } = order;
    const server = await this.servers.changeOwn(accountId, serverId, actorCause(actor, 'changed'), (now) => {
      if (!isMatch(ifMatch, now)) throw problem('precondition_failed');
      if (name !== undefined) Object.assign(now, { name, searchText: searchText(name, now.host) });
      if (tags !== undefined) now.tags = Object.entries(tags).map(([key, value]) => ({ key, value }));
      if (isProtected !== undefined) now.protected = isProtected;
      now.updatedAt = this.clock.now();
    });
    return this.views.tagged(server);
  }

  private async order(
    { accountId, serverId, actor }: Order,
    what: { type: LiveOperation; in: readonly LiveStatus[]; wish: Wish['power']; did: string },
  ): Promise<Accepted> {
    const cause = actorCause(actor, what.did);
    const server = await this.servers.changeOwn(accountId, serverId, cause, (now) => {
      if (operationInProgress(now)) throw problem('server_locked');
      if (!what.in.includes(now.status)) throw problem('invalid_state', { detail: `It is ${now.status}` });
      const isLost = now.reason === 'host_failed' || now.reason === 'interrupted';
      if (isLost) throw problem('invalid_state', { detail: 'Its host is lost' });
      this.begin(now, what.type, { power: what.wish, cause }, actor);
    });
    return this.views.accepted(server);
  }

  private async beginTerminating(now: ServerDocument, cause: Wish['cause'], actor: Actor): Promise<void> {
    const current = operationInProgress(now);
    if (current) await this.supersede(now, current);
    this.begin(now, 'terminate', { power: 'terminated', cause }, actor);
  }

  /** The operation in progress gives way to one that is about to begin. */
  private async supersede(now: ServerDocument, current: OperationDocument): Promise<void> {
    now.operation = ended(current, { status: 'canceled' }, this.clock.now());
    await this.operations.store(now.operation);
    await this.changes.tell(now);
  }

  private begin(now: ServerDocument, type: LiveOperation, wish: Wish, actor: Actor): void {
    now.wish = wish;
    now.operation = newOperation(type, now, actor, stepsOf(type), this.clock.now());
  }
}
