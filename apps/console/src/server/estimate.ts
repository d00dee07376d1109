import type { Operation, OperationType, Server } from '@berth/contracts';

/** How long something is going to take, from how often it was done before; 0: as it is usual. */
export interface Estimate {
  seconds: number;
  from: number;
}

const LAST = 5;
/** Before an account has launched anything: AWS takes about half a minute, the software the rest. */
const USUAL_LAUNCH_SECONDS = 60;

/**
 * The median of the account's last operations of that type on servers of that product. Without any, what is usual for a
 * launch, and null for the rest, since nothing is known.
 */
export function estimateOf(
  { type, product }: { type: OperationType; product: string },
  newestFirst: readonly Operation[],
  servers: readonly Pick<Server, 'id' | 'product'>[],
): Estimate | null {
  const ids = new Set(servers.flatMap((server) => (server.product === product ? [server.id] : [])));
  const seconds = newestFirst
    .filter((one) => one.type === type && one.status === 'succeeded' && ids.has(one.serverId))
    .slice(0, LAST)
    .map(({ createdAt, endedAt }) => (Date.parse(endedAt ?? createdAt) - Date.parse(createdAt)) / 1000)
    .sort((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)];
  if (median !== undefined) return { seconds: median, from: seconds.length };
  return type === 'launch' ? { seconds: USUAL_LAUNCH_SECONDS, from: 0 } : null;
}

/** `about 25 s, as the last 3 times` */
export function estimateText({ seconds, from }: Estimate): string {
  const about =
    seconds < 55
      ? `${Math.max(5, 5 * Math.round(seconds / 5))} s`
      : `${Math.max(1, Math.round(seconds / 60))} min`;
  if (from === 0) return `usually about ${about}`;
  return from === 1 ? `about ${about}, as the last time` : `about ${about}, as the last ${from} times`;
}

/** Whether it takes so long that one should be told. */
export const isLate = ({ seconds }: Estimate, elapsedSeconds: number) => elapsedSeconds > 2 * seconds + 15;
