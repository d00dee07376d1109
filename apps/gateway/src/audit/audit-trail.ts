import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '@berth/clock';
import {
  RecordAuditEvent,
  routes,
  STAFF_ACCOUNT_ID,
  type InputOf,
  type Route,
  type StaffPrincipal,
} from '@berth/contracts';
import { Commands, problem, type ProblemError } from '@berth/messaging';
import { newId } from '@berth/mongo';
import type { AnyCaller } from '../access/caller.ts';
import { originOf } from '../http/origin.ts';
import { changesIn } from './changes.ts';
import { outcomeOf } from './outcome.ts';
import { targetIn, targetOfAnswer } from './target.ts';

type Entry = InputOf<typeof RecordAuditEvent>;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the audit trail was told of it before it was done. */
    auditEntry?: Entry;
  }
}

const NAMES = new Map(Object.entries<Route>(routes).map(([name, route]) => [route, name]));

/** Tells accounts, which keeps the audit trail, what callers ask for and what comes of it. */
@Injectable()
export class AuditTrail implements OnApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly pending = new Set<Promise<void>>();

  constructor(
    private readonly commands: Commands,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes down what is about to be done. Resolves when the broker has it on disk; throws `dependency_unavailable` when it
   * has not: nothing is done that is not in the trail.
   */
  async begin(route: Route, request: FastifyRequest, caller: AnyCaller): Promise<void> {
    const { params, body } = request.input;
    const entry = this.entry(route, request, caller);
    const target = targetIn(params);
    request.auditEntry = {
      ...entry,
      target,
      accountId: caller.role === 'staff' && target?.type === 'account' ? target.id : entry.accountId,
      changes: changesIn(route, body),
    };
    try {
      await this.send(request.auditEntry);
    } catch (cause) {
      throw problem('dependency_unavailable', { cause });
    }
  }

  /** Tells that it was done. It is on its way when this returns, and sent again until it has arrived. */
  done(route: Route, request: FastifyRequest, caller: AnyCaller, answer: unknown): void {
    const entry = request.auditEntry ?? this.entry(route, request, caller);
    this.tell({
      ...entry,
      ...{ outcome: 'done', status: route.success.status },
      accountId: caller.role === 'staff' ? (accountIn(answer) ?? entry.accountId) : entry.accountId,
      target: entry.target ?? targetOfAnswer(answer),
    });
  }

  /** Tells an account that staff have looked at what is its own. */
  looked(route: Route, request: FastifyRequest, caller: StaffPrincipal, accountId: string): void {
    const target = { type: 'account', id: accountId };
    const outcome = { outcome: 'done', status: route.success.status } as const;
    this.tell({ ...this.entry(route, request, caller), ...outcome, accountId, target });
  }

  /** Tells what was answered with a problem, be it that the caller may not. */
  notDone(route: Route, request: FastifyRequest, caller: AnyCaller, { status, code }: ProblemError): void {
    const entry = request.auditEntry ?? this.entry(route, request, caller);
    this.tell({ ...entry, outcome: outcomeOf({ status, code }), status, code });
  }

  /** What is still on its way arrives before the bus is left. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.pending);
  }

  private entry(route: Route, request: FastifyRequest, { accountId, userId, role, actor }: AnyCaller): Entry {
    return {
      ...{ id: newId('aud'), at: this.clock.now().toISOString(), accountId },
      actor: role === 'staff' ? { kind: 'staff', id: userId, userId } : { ...actor, userId },
      action: NAMES.get(route) ?? `${route.method} ${route.path}`,
      target: targetIn(request.params),
      ...{ outcome: 'unknown', status: null, code: null },
      requestId: request.id,
      ...originOf(request),
      changes: null,
    };
  }

  private send(entry: Entry): Promise<void> {
    return this.commands.send(RecordAuditEvent, entry, { accountId: entry.accountId });
  }

  private tell(entry: Entry): void {
    const told = this.send(entry)
      // The connection was lost, say; then it is there again, or nobody is let in any more.
      .catch(() => this.send(entry))
      .catch((error: unknown) =>
        this.logger.error(entryInLog(entry), error, 'The audit trail was not told what came of a request'),
      )
      .finally(() => this.pending.delete(told));
    this.pending.add(told);
  }
}

const entryInLog = ({ id, accountId, actor, action, outcome, status, code, requestId }: Entry) => ({
  ...{ id, accountId, actor, action, outcome, status, code, requestId },
});

/** The account whose concern it was, as an answer to staff says. */
function accountIn(answer: unknown): string | undefined {
  const { accountId } = Object(answer) as { accountId?: unknown };
  return typeof accountId === 'string' && accountId !== STAFF_ACCOUNT_ID ? accountId : undefined;
}
