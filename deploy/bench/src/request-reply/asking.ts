import { z } from 'zod';
import { request } from '@berth/contracts';
import type { Sample } from '../bench.ts';
import { median } from '../statistics.ts';

/** A question, answered with as many bytes as it asks for: a server has about 1 kB, a page of a list more. */
export const Find = request(
  'billing',
  'berth.bench.find.v1',
  z.object({ serverId: z.string(), number: z.number().int(), bytes: z.number().int() }),
  z.object({
    number: z.number().int(),
    id: z.string(),
    status: z.enum(['running', 'paused']),
    tags: z.record(z.string(), z.string()),
    note: z.string(),
  }),
  'public',
);
export type Question = z.output<typeof Find.schema>;
export type Answer = z.output<typeof Find.reply>;

export const answerTo = ({ serverId, number, bytes }: Question): Answer => ({
  number,
  id: serverId,
  status: 'running',
  tags: { team: 'maps', stage: 'production' },
  note: 'x'.repeat(bytes - 150),
});

export const DEADLINE_SECONDS = 5;
const SERVER_BYTES = 1_000;
const PAGE_BYTES = 4_000;
const ALONE_MILLISECONDS = 1_500;
const MANY_MILLISECONDS = 2_000;
const MANY = 64;

/** A round: one question after the other, small answers then larger ones, and 64 at a time. */
export async function askAround(ask: (question: Question) => Promise<Answer>): Promise<Sample> {
  const alone = await askFor(ALONE_MILLISECONDS, SERVER_BYTES, ask);
  const page = await askFor(ALONE_MILLISECONDS, PAGE_BYTES, ask);
  const startedAt = performance.now();
  const asked = await Promise.all(
    Array.from({ length: MANY }, () => askFor(MANY_MILLISECONDS, SERVER_BYTES, ask)),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    'ms, 1 at a time': median(alone),
    'ms, 1 at a time, 4 kB': median(page),
    'requests/s, 64 at once': asked.flat().length / seconds,
  };
}

/** How long each took, in milliseconds. */
async function askFor(
  milliseconds: number,
  bytes: number,
  ask: (question: Question) => Promise<Answer>,
): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + milliseconds;
  for (let number = 0, now = performance.now(); now < until; number++) {
    const answer = await ask({ serverId: 'srv_01jqzk4f6qe3v8w2m5n7r9t1xy', number, bytes });
    if (answer.number !== number) throw new Error(`The answer to another question: ${answer.number}`);
    const next = performance.now();
    times.push(next - now);
    now = next;
  }
  return times;
}
