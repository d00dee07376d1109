import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { SERVER_EVENTS } from '@berth/contracts';
import {
  isBilled,
  Leases,
  LifecycleRunner,
  NoSuchAggregate,
  Sweeper,
  type Cause,
  type Transition,
} from '@berth/lifecycle';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { record } from '@berth/telemetry';
import type { Connection, Model } from 'mongoose';
import { CallBudget } from '../cloud/call-budget.ts';
import { progressed, type OperationDocument } from '../operations/operation.model.ts';
import { Operations } from '../operations/operations.ts';
import { Changes } from './changes.ts';
import { noteWhetherSent } from './launch-line.ts';
import { allowanceOf, lineOf } from './lines.ts';
import { ServerEffects } from './server.effects.ts';
import type { ServerFact } from './server.facts.ts';
import { serverLifecycle, type ServerEffect } from './server.lifecycle.ts';
import { ServerModel, type LiveStatus, type ServerDocument } from './server.model.ts';
import { serverHooks } from './server.transitions.ts';

type Made = { transition: Transition<LiveStatus>; after: ServerDocument }[];

/** Leads servers through the table, and says each transition to the world in the transaction that makes it. */
@Injectable()
export class ServerRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runner: LifecycleRunner<ServerDocument, LiveStatus, ServerFact, ServerEffect>;
  private readonly sweeper = new Sweeper(() => this.sweep());

  constructor(
    @InjectModel(ServerModel.name) model: Model<ServerDocument>,
    @InjectConnection() connection: Connection,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly operations: Operations,
    private readonly changes: Changes,
    effects: ServerEffects,
    budget: CallBudget,
  ) {
    this.runner = new LifecycleRunner<ServerDocument, LiveStatus, ServerFact, ServerEffect>({
      lifecycle: serverLifecycle,
      effects: effects.table,
      model,
      leases: new Leases(connection),
      transactions,
      clock,
      hooks: serverHooks,
      fairBy: 'accountId',
      lines: { of: lineOf, allowance: allowanceOf(budget) },
      scopeOf: ({ _id: serverId, accountId, operation }) => ({ ...operation?.origin, accountId, serverId }),
      changing: (server, made) => this.changing(server, made),
    });
  }

  /** Within the open transaction. */
  create(server: ServerDocument, cause: Cause): Promise<ServerDocument> {
    return this.runner.create(server, cause);
  }

  /** Changes a server and moves it as far as that allows; see the runner. Throws `NoSuchAggregate`. */
  change(
    id: string,
    cause: Cause,
    mutate: (server: ServerDocument) => void | Promise<void>,
  ): Promise<ServerDocument> {
    return this.runner.change(id, cause, mutate);
  }

  /** The same for a customer: somebody else's server is 404 `not_found`, as is none at all. */
  async changeOwn(
    accountId: string,
    id: string,
    cause: Cause,
    mutate: (server: ServerDocument) => void | Promise<void>,
  ): Promise<ServerDocument> {
    try {
      return await this.runner.change(id, cause, (server) => {
        if (server.accountId !== accountId) throw problem('not_found');
        return mutate(server);
      });
    } catch (error) {
      throw error instanceof NoSuchAggregate ? problem('not_found') : error;
    }
  }

  /** Takes it up at once, whatever its back-off; see the runner. */
  nudge(id: string, cause: Cause): Promise<ServerDocument> {
    return this.runner.nudge(id, cause);
  }

  sweep(): Promise<void> {
    return this.runner.sweep();
  }

  onApplicationBootstrap(): void {
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
    await this.runner.stop();
  }

  private async changing(server: ServerDocument, made: Made): Promise<void> {
    noteWhetherSent(server, made.length > 0);
    if (server.operation && (made.length || !server.operation.endedAt)) {
      server.operation = progressed(server.operation, server.progress.step, this.clock.now());
      await this.operations.store(server.operation);
    }
    for (const { transition, after } of made) {
      const event = SERVER_EVENTS[transition.to];
      await this.outbox.publish(event, transitionOf(transition, after), { accountId: server.accountId });
    }
    this.measureEnded(made);
    await this.changes.tell(
      server,
      made.map(({ transition }) => transition),
    );
  }

  /** How long operations took; canceled ones are not told, they took as long as somebody waited. */
  private measureEnded(made: Made): void {
    const ended = made.map(endedWith).find((operation) => operation !== undefined);
    if (!ended?.endedAt) return;
    const seconds = (ended.endedAt.getTime() - ended.createdAt.getTime()) / 1000;
    const { type, status } = ended;
    this.transactions.afterCommit(() => record('berth.operation.duration', seconds, { type, status }));
  }
}

/** The operation that ended with a transition, if one did. */
function endedWith({ transition, after }: Made[number]): OperationDocument | undefined {
  const { operation } = after;
  return operation?.endedAt?.getTime() === transition.at.getTime() ? operation : undefined;
}

function transitionOf(
  { from, to, reason, sequence, at, cause }: Transition<LiveStatus>,
  after: ServerDocument,
) {
  const { configuration, operation } = after;
  return {
    serverId: after._id,
    accountId: after.accountId,
    sequence,
    at: at.toISOString(),
    from,
    to,
    reason,
    cause,
    name: after.name,
    hostname: after.host,
    product: configuration.product,
    version: configuration.version,
    size: configuration.size,
    region: configuration.region,
    zone: after.zone,
    diskGib: configuration.diskGib,
    instanceId: after.instance?.id ?? null,
    ip: after.instance?.ip ?? null,
    computeBilled: isBilled(serverLifecycle.states[to], reason),
    diskBilled: after.everRan && to !== 'terminated',
    operation: operation && { id: operation._id, type: operation.type, status: operation.status },
  };
}
