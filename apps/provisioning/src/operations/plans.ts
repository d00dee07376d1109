import type { OperationType } from '@berth/contracts';
import { serverLifecycle } from '../servers/server.lifecycle.ts';
import type { LiveStatus } from '../servers/server.model.ts';

interface Plan {
  /** The states an operation leads through when all goes well. */
  through: readonly LiveStatus[];
  goal: LiveStatus;
}

/** The operations there are so far. */
export type LiveOperation = Extract<OperationType, 'launch' | 'pause' | 'resume' | 'restart' | 'terminate'>;

const PLANS: Readonly<Record<LiveOperation, Plan>> = {
  launch: { through: ['requested', 'provisioning', 'configuring'], goal: 'running' },
  pause: { through: ['pausing'], goal: 'paused' },
  resume: { through: ['resuming', 'configuring'], goal: 'running' },
  restart: { through: ['configuring'], goal: 'running' },
  terminate: { through: ['terminating'], goal: 'terminated' },
};

/** The steps of an operation, from the lifecycle table. */
export const stepsOf = (type: LiveOperation): string[] =>
  PLANS[type].through
    .flatMap((status) => serverLifecycle.states[status].steps ?? [])
    .map(({ name }) => name)
    .filter((name) => name !== 'reboot' || type === 'restart');

/** The state in which an operation has succeeded. */
export const goalOf = (type: OperationType): LiveStatus | null =>
  (PLANS as Partial<Record<OperationType, Plan>>)[type]?.goal ?? null;
