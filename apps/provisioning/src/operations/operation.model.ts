import type { ModelDefinition } from '@nestjs/mongoose';
import type { Actor, OperationStatus, OperationType } from '@berth/contracts';
import { documentSchema, idOf, newId } from '@berth/mongo';
import { currentOrigin, type Origin } from '@berth/telemetry';
import { Schema } from 'mongoose';

export interface OperationStepDocument {
  name: string;
  status: 'pending' | 'running' | 'done' | 'failed' | 'skipped';
  startedAt: Date | null;
  endedAt: Date | null;
}

/** One thing a customer asked a server to do; the server in question holds a copy of its latest. */
export interface OperationDocument {
  _id: string;
  accountId: string;
  serverId: string;
  type: OperationType;
  status: OperationStatus;
  steps: OperationStepDocument[];
  error: { code: string; detail: string } | null;
  requestedBy: Actor;
  /** The request it began with, to which all that is done for it belongs; absent in old ones. */
  origin?: Origin | null;
  createdAt: Date;
  /** Null: still in progress. */
  endedAt: Date | null;
}

const schema = documentSchema<OperationDocument>(
  {
    _id: idOf('op'),
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    type: { type: String, required: true },
    status: { type: String, required: true },
    steps: { type: [Schema.Types.Mixed], required: true },
    error: { type: Schema.Types.Mixed, default: null },
    requestedBy: { type: Schema.Types.Mixed, required: true },
    origin: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
    endedAt: { type: Date, default: null },
  } as never,
  { collection: 'operations', tenantScoped: true },
)
  .index({ accountId: 1, _id: -1 })
  .index({ accountId: 1, serverId: 1, _id: -1 })
  .index({ accountId: 1, status: 1, _id: -1 });

export const OperationModel = { name: 'Operation', schema } satisfies ModelDefinition;

export function newOperation(
  type: OperationType,
  server: { _id: string; accountId: string },
  requestedBy: Actor,
  stepNames: readonly string[],
  createdAt: Date,
): OperationDocument {
  return {
    _id: newId('op'),
    accountId: server.accountId,
    serverId: server._id,
    type,
    status: 'pending',
    steps: stepNames.map((name) => ({ name, status: 'pending', startedAt: null, endedAt: null })),
    error: null,
    requestedBy,
    origin: currentOrigin(),
    createdAt,
    endedAt: null,
  };
}

type Ending =
  { status: 'succeeded' | 'canceled' } | { status: 'failed'; error: { code: string; detail: string } };

/** The operation as ended; one that has already ended stays as it is. */
export function ended(operation: OperationDocument, ending: Ending, at: Date): OperationDocument {
  if (operation.endedAt) return operation;
  const { status } = ending;
  return {
    ...operation,
    status,
    error: ending.status === 'failed' ? ending.error : null,
    steps: operation.steps.map((step) => endedStep(step, status, at)),
    endedAt: at,
  };
}

function endedStep(step: OperationStepDocument, status: Ending['status'], at: Date): OperationStepDocument {
  if (step.status === 'running') {
    const outcome = { succeeded: 'done', failed: 'failed', canceled: 'skipped' } as const;
    return { ...step, status: outcome[status], endedAt: at };
  }
  if (step.status !== 'pending') return step;
  return status === 'succeeded'
    ? { ...step, status: 'done', startedAt: at, endedAt: at }
    : { ...step, status: 'skipped' };
}

/** The operation with `current` running and all before it done; a step that is none of its own changes nothing. */
export function progressed(
  operation: OperationDocument,
  current: string | null,
  at: Date,
): OperationDocument {
  const position = operation.steps.findIndex(({ name }) => name === current);
  if (operation.endedAt || position < 0) return operation;
  const steps = operation.steps.map((step, index): OperationStepDocument => {
    if (index < position && (step.status === 'pending' || step.status === 'running')) {
      return { ...step, status: 'done', startedAt: step.startedAt ?? at, endedAt: at };
    }
    return index === position && step.status === 'pending'
      ? { ...step, status: 'running', startedAt: at }
      : step;
  });
  return { ...operation, steps };
}
