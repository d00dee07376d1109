import { randomUUID } from 'node:crypto';
import type { ServerStatus } from '@berth/contracts';
import type { Life } from './life.ts';
import { retryWish } from './wishes.ts';

/** Something customers do to a server. */
export interface Move {
  name: string;
  weight: number;
  /** In which states somebody would do it. */
  suits: readonly ServerStatus[];
  make(life: Life): Promise<unknown>;
}

const UNDER_WAY: readonly ServerStatus[] = [
  'requested',
  'provisioning',
  'configuring',
  'pausing',
  'resuming',
  'terminating',
];

/** What two may order at the same instant. */
const ACTIONS = ['pause', 'resume', 'restart'] as const;

export const MOVES: readonly Move[] = [
  { name: 'pause', weight: 6, suits: ['running'], make: (life) => life.act('pause') },
  { name: 'resume', weight: 8, suits: ['paused'], make: (life) => life.act('resume') },
  { name: 'restart', weight: 3, suits: ['running', 'unavailable'], make: (life) => life.act('restart') },
  { name: 'rename', weight: 1, suits: ['running', 'paused', ...UNDER_WAY], make: rename },
  { name: 'protect', weight: 1, suits: ['running', 'paused', ...UNDER_WAY], make: protect },
  {
    name: 'cancel',
    weight: 3,
    suits: ['waiting_for_capacity', 'provisioning'],
    make: (life) => life.cancel(),
  },
  {
    name: 'retry',
    weight: 6,
    suits: ['failed'],
    make: (life) => life.act('retry', retryWish(life.region, life.random)),
  },
  {
    name: 'terminate',
    weight: 1,
    suits: ['unavailable', 'failed', ...UNDER_WAY],
    make: (life) => life.terminate(),
  },
  // Two people, or one who clicks twice.
  { name: 'two at once', weight: 2, suits: ['running', 'paused', 'unavailable'], make: twoAtOnce },
  { name: 'the same twice', weight: 2, suits: ['running', 'paused'], make: sameTwice },
  { name: 'wait', weight: 2, suits: ['running', 'paused', 'unavailable'], make: (life) => life.think(1, 4) },
];

async function rename(life: Life): Promise<void> {
  await life.edit({ name: `${life.name} ${life.random.integer(1, 999)}` });
}

/** The protection keeps a server from being terminated, and is taken off again. */
async function protect(life: Life): Promise<void> {
  await life.edit({ protected: true });
  if (life.random.happens(0.5)) await life.terminate();
  await life.edit({ protected: false });
}

async function twoAtOnce(life: Life): Promise<void> {
  const one = life.random.pick(ACTIONS);
  const other = life.random.pick([...ACTIONS, 'terminate'] as const);
  await Promise.all([life.act(one), other === 'terminate' ? life.terminate() : life.act(other)]);
}

async function sameTwice(life: Life): Promise<void> {
  const action = life.random.pick(ACTIONS);
  const key = randomUUID();
  await Promise.all([life.act(action, {}, key), life.act(action, {}, key)]);
}
