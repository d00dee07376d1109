import type { Server } from '@berth/contracts';
import { STATUSES } from '../ui/statuses.ts';
import { groupOf, type Group, type Sort, type View } from './view.ts';

/** What each server costs so far this month, by its id; exact, and undefined until it is known. */
export type CostsById = ReadonlyMap<string, string> | undefined;

/** The servers of a view, in its order. */
export function shownOf(servers: readonly Server[], view: View, costs: CostsById): Server[] {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = servers.filter(
    (server) => isInGroup(server, view.group) && carries(server, view.tag) && isFound(server, words),
  );
  return sorted(shown, view.sort, costs);
}

/** How many servers there are in each group. */
export function countsOf(servers: readonly Server[]): Record<Group, number> {
  const counts = { running: 0, changing: 0, paused: 0, attention: 0, terminated: 0 };
  for (const { status } of servers) counts[groupOf(status)] += 1;
  return counts;
}

/** Every tag that a server carries, `key:value`, in the order of the alphabet. */
export function tagsOf(servers: readonly Server[]): string[] {
  const tags = servers.flatMap(({ tags }) => Object.entries(tags).map(textOf));
  return [...new Set(tags)].toSorted((a, b) => a.localeCompare(b));
}

export const textOf = ([key, value]: [string, string]) => (value ? `${key}:${value}` : key);

/** What a server costs per hour as it is now: its disk alone while it is paused, nothing once it is gone or has failed. */
export function hourlyOf({ status, price }: Server): number {
  if (status === 'terminated' || status === 'failed') return 0;
  return status === 'paused' ? Number(price.pausedPerMinute) * 60 : Number(price.perHour);
}

function isInGroup({ status }: Server, group: Group | null): boolean {
  return group ? groupOf(status) === group : status !== 'terminated';
}

function carries({ tags }: Server, tag: string): boolean {
  return !tag || Object.hasOwn(tags, tag) || Object.entries(tags).some((entry) => textOf(entry) === tag);
}

/** Whether each word is in something by which people know a server. */
function isFound(server: Server, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { name, hostname, id, ip, product, version, size, region, tags } = server;
  const known = [name, hostname, id, ip ?? '', product, version, size, region];
  const text = [...known, ...Object.entries(tags).map(textOf)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

const byName = (a: Server, b: Server) => a.name.localeCompare(b.name, undefined, { numeric: true });

/** `servers` come newest first, and stay so among equals. */
function sorted(servers: Server[], { by, descending }: Sort, costs: CostsById): Server[] {
  if (by === 'newest') return descending ? servers : servers.toReversed();
  const cost = ({ id }: Server) => Number(costs?.get(id) ?? 0);
  const label = ({ status }: Server) => STATUSES[status].label;
  const compare = {
    name: byName,
    status: (a: Server, b: Server) => label(a).localeCompare(label(b)) || byName(a, b),
    price: (a: Server, b: Server) => hourlyOf(a) - hourlyOf(b),
    cost: (a: Server, b: Server) => cost(a) - cost(b),
  }[by];
  return servers.toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)));
}
