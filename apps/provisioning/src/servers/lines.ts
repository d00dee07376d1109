import type { Allowance } from '@berth/lifecycle';
import type { CallBudget, ScarceAction } from '../cloud/call-budget.ts';
import type { ServerEffect } from './server.lifecycle.ts';
import type { ServerDocument } from './server.model.ts';

/** What each line waits for. */
const LINES = {
  launch: { action: 'RunInstances', kept: 1 },
  /** To learn what an unanswered request made, before it is taken down: the call that launches leave. */
  terminate: { action: 'RunInstances', kept: 0 },
  start: { action: 'StartInstances', kept: 0 },
  stop: { action: 'StopInstances', kept: 0 },
  reboot: { action: 'RebootInstances', kept: 0 },
  remove: { action: 'TerminateInstances', kept: 0 },
} as const satisfies Record<string, { action: ScarceAction; kept: number }>;
type Line = keyof typeof LINES;

/** Where servers wait for calls that EC2 grants a few of a second, per region: accounts take turns there. */
export function lineOf(effect: ServerEffect, server: Readonly<ServerDocument>): string | null {
  const line = purposeOf(effect, server);
  return line && `${line} ${server.configuration.region}`;
}

function purposeOf(
  effect: ServerEffect,
  { launch, instance, everRan }: Readonly<ServerDocument>,
): Line | null {
  switch (effect) {
    case 'runInstance':
      return launch?.unresolved ? 'launch' : null;
    case 'obtainCapacity':
      return everRan ? 'start' : launch?.unresolved ? 'launch' : null;
    case 'resolveLaunch':
      return launch?.unresolved ? 'terminate' : null;
    case 'startInstance':
      return 'start';
    case 'stopInstance':
      return 'stop';
    case 'rebootInstance':
      return 'reboot';
    case 'terminateInstance':
      return instance ? 'remove' : null;
    default:
      return null;
  }
}

export const allowanceOf = (budget: CallBudget): Allowance => ({
  take(line) {
    const [purpose = '', region = ''] = line.split(' ');
    const { action, kept } = LINES[purpose as Line];
    return budget.take(action, region, kept);
  },
});
