import type { OperationType, Server } from '@berth/contracts';
import { OPERATIONS, STATUSES } from '../ui/statuses.ts';

export type Action = Extract<OperationType, 'pause' | 'resume' | 'restart' | 'terminate'>;

const POSSIBLE_IN: Readonly<Record<Exclude<Action, 'terminate'>, readonly Server['status'][]>> = {
  pause: ['running', 'unavailable'],
  restart: ['running', 'unavailable'],
  resume: ['paused'],
};

type Judged = Pick<Server, 'status' | 'reason' | 'operation' | 'protected'>;

/** Why the API would refuse an action now, in words for its button; null: it would not. */
export function obstacleTo(action: Action, { status, reason, operation, protected: isProtected }: Judged) {
  if (status === 'terminated') return 'It is terminated';
  if (action === 'terminate') {
    if (status === 'terminating') return 'It is being terminated';
    return isProtected ? 'It is protected: take the protection off first' : null;
  }
  if (operation) return `Wait until this has ended: ${OPERATIONS[operation.type].toLowerCase()}`;
  if (!POSSIBLE_IN[action].includes(status)) {
    return `Not possible while it is ${STATUSES[status].label.toLowerCase()}`;
  }
  return reason === 'host_failed' || reason === 'interrupted' ? 'Its instance is lost' : null;
}
