import type { DataOf, SetRecord } from '@berth/contracts';

/** What somebody wants a host to be. */
export type Wish = DataOf<typeof SetRecord>;

/** A host of the zone: one or more RFC 1123 labels in front of it. Never the zone's own name. */
export function isHostOf(zone: string, host: string): boolean {
  if (!host.endsWith(`.${zone}`)) return false;
  const labels = host.slice(0, -zone.length - 1).split('.');
  return labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
}

/**
 * Which of two wishes for a host holds: positive when `a` is the newer. A host name passes from one server to a later
 * one, whose sequence starts at 1 again; server ids sort by the time they were made, so the later server goes first.
 */
export function compareWishes(a: Pick<Wish, 'serverId' | 'sequence'>, b: typeof a): number {
  if (a.serverId !== b.serverId) return a.serverId > b.serverId ? 1 : -1;
  return a.sequence - b.sequence;
}
