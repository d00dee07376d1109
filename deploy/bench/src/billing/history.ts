import type { ServerTransition } from '@berth/contracts';

export const PAUSES = 20;

export interface Life {
  serverId: string;
  accountId: string;
  region: string;
  size: string;
  diskGib: number;
  /** From its launch until it is looked at: it was paused and resumed twenty times in between, and runs. */
  from: Date;
  to: Date;
}

/** What billing hears of such a server. Its changes lie at other seconds of the minutes and hours than those of others. */
export function transitionsOf(life: Life, number: number): ServerTransition[] {
  const steps = 2 * PAUSES + 1;
  const step = (life.to.getTime() - life.from.getTime()) / steps;
  return Array.from({ length: steps }, (_, index) =>
    transition(life, index + 1, new Date(life.from.getTime() + step * (index + fraction(number + index)))),
  );
}

/** The next one of a server after so many: it is paused with every even sequence, and runs with every odd one. */
export function transition(
  { serverId, accountId, region, size, diskGib }: Omit<Life, 'from' | 'to'>,
  sequence: number,
  at: Date,
): ServerTransition {
  const runs = sequence % 2 === 1;
  return {
    ...{ serverId, accountId, sequence, at: at.toISOString(), region, size, diskGib },
    from: runs ? 'paused' : 'running',
    to: runs ? 'running' : 'paused',
    reason: null,
    cause: { kind: 'system', id: null, text: 'the bench says so' },
    ...{ name: 'Bench', hostname: 'bench', product: 'web', version: '1.26', zone: `${region}a` },
    ...{ instanceId: 'i-0123456789abcdef0', ip: '127.0.0.1' },
    computeBilled: runs,
    diskBilled: true,
    operation: null,
  };
}

/** Spread over `[0, 1)`, and the same in every run: multiples of the golden ratio. */
const fraction = (number: number) => (number * 0.618_033_988_75) % 1;
