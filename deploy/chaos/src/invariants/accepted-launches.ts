import type { ServerEvidence } from '../evidence/api.ts';
import type { Evidence } from '../evidence.ts';
import { isAccepted } from '../customers/record.ts';
import { LIFE_TAG } from '../customers/wishes.ts';
import { aboutServer } from './finding.ts';
import { share, type Invariant } from './invariant.ts';
import { isGone, isLost, sufferedByItself, worldOf, type World } from './world.ts';

const ENDS: readonly string[] = ['running', 'failed', 'terminated'];

/**
 * A server at rest is running, failed or terminated. It may also be paused when somebody had it paused (its customer,
 * staff by a suspension, a resume that was given up) or it was stopped from inside or by its host; and unavailable when the
 * simulator itself says that its host is lost, or that it runs and does not answer.
 */
export const acceptedLaunches: Invariant = {
  name: 'accepted launches that ended: running, failed or terminated, or paused or unavailable with a reason',
  mustBe: '100 %',
  check(evidence) {
    const world = worldOf(evidence);
    const launched = new Map(
      evidence.record.orders
        .filter((order) => order.what === 'launch' && isAccepted(order))
        .map(({ answer, accountId, life }) => [answer?.serverId ?? '', { accountId, life }]),
    );
    const wrong = [...launched].flatMap(([serverId, { accountId, life }]) => {
      const server = world.servers.get(serverId);
      if (!server) return [`${serverId} (${life}, ${accountId}): accepted, and nobody knows it any more`];
      if (ENDS.includes(server.server.status) || isExplained(server, evidence, world)) return [];
      const { status, reason, operation } = server.server;
      const now = `${status}${reason ? ` (${reason})` : ''}${operation ? `, ${operation.type} ${operation.status}` : ''}`;
      return [aboutServer(server, 'an end', now)];
    });
    return share(launched.size, wrong);
  },
};

function isExplained({ server, accountId }: ServerEvidence, { record }: Evidence, world: World): boolean {
  const instances = world.instancesOf(server.id);
  if (server.operation) return false;
  if (server.status === 'paused') {
    const isOrdered = record.orders.some(
      (order) =>
        isAccepted(order) &&
        (order.what === 'pause' || order.what === 'cancel') &&
        order.life === server.tags[LIFE_TAG],
    );
    const isSuspended = record.standings.some(
      (standing) => standing.accountId === accountId && standing.status === 'suspended',
    );
    return isOrdered || isSuspended || instances.some(sufferedByItself);
  }
  if (server.status !== 'unavailable') return false;
  if (server.reason === 'host_failed') return instances.some(isLost);
  return instances.some((instance) => !isGone(instance) && !instance.ready);
}
