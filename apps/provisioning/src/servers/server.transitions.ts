import { FAILURES, type Failure, type FailureCode } from '@berth/contracts';
import { hours, isResting, type Cause, type Hooks, type Transition } from '@berth/lifecycle';
import { ended } from '../operations/operation.model.ts';
import { goalOf } from '../operations/plans.ts';
import { serverLifecycle } from './server.lifecycle.ts';
import { operationInProgress, type LiveStatus, type ServerDocument } from './server.model.ts';

/** Orders and wishes carry the name of who gave them, however much later they are carried out. */
const ORDERED = new Set([
  'terminateWanted',
  'pauseWanted',
  'budgetExceeded',
  'resumeWanted',
  'restartWanted',
  'retryWanted',
  'resumeGivenUp',
]);

/**
 * No way through the table takes an operation longer, waiting for capacity (24 h, for a resume 1 h) and every state's bound
 * included: one that goes on beyond goes round in circles.
 */
const LONGEST_OPERATION_HOURS = { launch: 27, others: 4 };

/** What a transition changes in the server besides its state. */
export const serverHooks: Hooks<ServerDocument, LiveStatus> = {
  causeOf: ({ wish }, by): Cause | null => (ORDERED.has(by) ? wish.cause : null),

  entering(server, transition) {
    const { to, at } = transition;
    server.updatedAt = at;
    if (to !== 'waiting_for_capacity') server.capacity = null;
    if (to === 'running') server.everRan = true;
    if (to === 'resuming') server.start = newStart(server, 'resume', at);
    if (to === 'failed') server.failure = failureOf(transition);
    if (to === 'paused') server.wish = { ...server.wish, power: 'paused' };
    advanceOperation(server, transition);
  },

  overdueAt(server): Date | null {
    const operation = operationInProgress(server);
    if (!operation) return null;
    const longest = LONGEST_OPERATION_HOURS[operation.type === 'launch' ? 'launch' : 'others'];
    return new Date(operation.createdAt.getTime() + hours(longest) * 1000);
  },
};

/** From here on only what a later boot says counts. */
export const newStart = (
  { agent }: Pick<ServerDocument, 'agent'>,
  kind: ServerDocument['start']['kind'],
  at: Date,
): ServerDocument['start'] => ({
  kind,
  at,
  bootIdBefore: agent?.bootId ?? null,
  counterBefore: agent?.counter ?? 0,
  sawUnhealthy: false,
});

const failureOf = ({ reason, step, from }: Transition<LiveStatus>): Failure => {
  const code = reason ?? 'interrupted';
  return {
    code,
    step: step ?? from ?? 'requested',
    retryable: Object.hasOwn(FAILURES, code) && FAILURES[code as FailureCode].retryable,
  };
};

/** An operation ends where the server comes to rest: it has succeeded if that is what it was for. */
function advanceOperation(server: ServerDocument, transition: Transition<LiveStatus>): void {
  const operation = operationInProgress(server);
  if (!operation) return;
  const { to, at, by, reason, cause, from } = transition;
  const late = by === 'late' ? { code: reason ?? 'timed_out', detail: cause.text } : operation.error;
  if (!isResting(serverLifecycle.states[to])) {
    const isBegun = from !== null && operation.status === 'pending';
    server.operation = { ...operation, error: late, status: isBegun ? 'running' : operation.status };
    return;
  }
  if (to === goalOf(operation.type) && !late) {
    server.operation = ended(operation, { status: 'succeeded' }, at);
    return;
  }
  const error = late ?? { code: reason ?? 'interrupted', detail: server.refusal?.detail ?? cause.text };
  server.operation = ended(operation, { status: 'failed', error }, at);
  // What the customer asked for is given up; a suspended account's wish stands.
  if (operation.type === 'pause' && to !== 'paused' && server.wish.cause.kind === 'actor') {
    server.wish = { ...server.wish, power: 'running' };
  }
}
