import { ServerId } from '@berth/contracts';
import { isInGap, type KnowledgeGap } from '@berth/mongo';
import type { Resource } from '../cloud/inventory.ts';
import type { ServerDocument } from '../servers/server.model.ts';
import type { Orphan } from './orphan.model.ts';

/** What of a server says whether something at EC2 is its own. */
export type Owner = Pick<
  ServerDocument,
  'status' | 'releasedAt' | 'formerInstanceIds' | 'instance' | 'launch'
>;

/** What a resource is judged by besides its owner. */
export interface Circumstances {
  now: Date;
  gaps: readonly KnowledgeGap[];
  /** So old it has to be. */
  ageSeconds: number;
  /** What earlier sweeps left: an instance that was stopped and started looks younger than it is. */
  known: Pick<Orphan, 'madeAt' | 'releasedAt'> | undefined;
}

export interface OrphanFinding {
  /**
   * `owner_absent`: the database knows no such server. `owner_gone`: it is terminated, or its launch has failed and all
   * was given back. `former_instance`: of an earlier launch of a server. `second_instance`: the server has another one.
   * `owner_unnamed`: no tag says whose it is.
   */
  why: 'owner_absent' | 'owner_gone' | 'former_instance' | 'second_instance' | 'owner_unnamed';
  /**
   * What keeps it from being removed. `made_in_gap`: it was made when nobody can say that the database would know of it.
   * `owner_lives`, `owner_unnamed`: only a person can tell that it is not needed.
   */
  held: 'made_in_gap' | 'owner_lives' | 'owner_unnamed' | null;
}

/** The server that a resource was made for, by its own tag. */
export function serverIdOf({ tags }: Pick<Resource, 'tags'>): string | null {
  const serverId = ServerId.safeParse(tags['berth:server-id']);
  return serverId.success ? serverId.data : null;
}

/** Whether something at EC2 is an orphan, by the rules of docs/decisions/0022; null: it is not, or it is too young to say. */
export function judge(
  resource: Resource,
  owner: Owner | null,
  { now, gaps, ageSeconds, known }: Circumstances,
): OrphanFinding | null {
  // What somebody uses is no orphan; a volume of an instance that is one gets free with it.
  if (resource.kind === 'volume' && resource.state !== 'available') return null;
  const madeAt = known && known.madeAt < resource.madeAt ? known.madeAt : resource.madeAt;
  if (now.getTime() - madeAt.getTime() <= ageSeconds * 1000) return null;
  const why = serverIdOf(resource) === null ? 'owner_unnamed' : ownerless(resource, owner);
  if (!why) return null;
  if (why === 'owner_unnamed') return { why, held: 'owner_unnamed' };
  if (why === 'second_instance') return { why, held: 'owner_lives' };
  const isUnknown = !known?.releasedAt && gaps.some((gap) => isInGap(gap, madeAt));
  return { why, held: isUnknown ? 'made_in_gap' : null };
}

function ownerless(
  resource: Resource,
  owner: Owner | null,
): Exclude<OrphanFinding['why'], 'owner_unnamed'> | null {
  if (!owner) return 'owner_absent';
  if (isGone(owner)) return 'owner_gone';
  if (resource.kind === 'volume') return null;
  if (owner.formerInstanceIds?.includes(resource.id)) return 'former_instance';
  // Until EC2's answer to RunInstances is known, any instance may be the one it made.
  const isSettled = owner.instance !== null && !owner.launch?.unresolved;
  return isSettled && owner.instance?.id !== resource.id ? 'second_instance' : null;
}

/** It holds nothing any more; a failed server that has given back everything begins with nothing when it is retried. */
export const isGone = ({ status, releasedAt }: Owner) =>
  status === 'terminated' || (status === 'failed' && releasedAt !== null);
