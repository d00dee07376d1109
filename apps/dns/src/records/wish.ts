import type { DataOf, SetRecord } from '@berth/contracts';

/** What somebody wants a host to be. */
export type Wish = DataOf<typeof SetRecord>;

/** A host of the zone: one or more RFC 1123 labels in front of it. Never the zone's own name. */
export function isHostOf(zone: string, host: string): boolean {
  if (!host.endsWith(`.${zone}`)) return false;
  const labels = host.slice(0, -zone.length - 1).split('.');
  return labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
}
