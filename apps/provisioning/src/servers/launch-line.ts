import type { Allowance } from '@berth/lifecycle';
import type { LaunchBudget } from '../cloud/launch-budget.ts';
import type { ServerEffect } from './server.lifecycle.ts';
import type { ServerDocument } from './server.model.ts';

/**
 * Where servers wait for RunInstances, which EC2 grants twice a second and region: accounts take turns there. Who is to be
 * terminated and has to learn first what an unanswered request made waits in a line of its own, with a share of its own.
 */
export function lineOf(effect: ServerEffect, server: Readonly<ServerDocument>): string | null {
  if (!server.launch?.unresolved) return null;
  const { region } = server.configuration;
  if (effect === 'runInstance') return `launch ${region}`;
  if (effect === 'obtainCapacity' && !server.everRan) return `launch ${region}`;
  return effect === 'resolveLaunch' ? `terminate ${region}` : null;
}

export const allowanceOf = (budget: LaunchBudget): Allowance => ({
  take(line) {
    const [use, region = ''] = line.split(' ');
    return budget.take(region, use === 'terminate' ? 'terminate' : 'launch');
  },
});

/**
 * A launch that has stood in line from the moment it began was never sent: should it be terminated there, EC2 need not be
 * asked what came of it. To be called within each change: its turn is stored before the request is sent.
 */
export function noteWhetherSent(server: ServerDocument, hasMoved: boolean): void {
  const { status, launch, progress } = server;
  if (!launch || status !== 'provisioning') return;
  const neverSent = progress.waitsIn != null && (hasMoved || launch.neverSent === true);
  if (neverSent !== (launch.neverSent ?? false)) server.launch = { ...launch, neverSent };
}
