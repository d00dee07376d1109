import { z } from 'zod';
import { event } from '@berth/contracts';
import { Ends } from './plan.ts';

/** What the sender says, once of each number. */
export const Sent = event(
  'berth.chaos.sent.v1',
  z.object({
    number: z.number().int(),
    /** What becomes of its handler, however often it is tried. */
    ends: Ends,
  }),
);

/** What the consumer says on, once of each that it has handled. */
export const Handled = event('berth.chaos.handled.v1', z.object({ number: z.number().int() }));

/** Settings of both processes; numbers are texts, as everything in an environment. */
export const Environment = z.object({
  AMQP_URL: z.string(),
  MONGODB_URI: z.string(),
});

/** So long a failed message waits before each further attempt: the ordinary policy is 1, 10, 60 and 600 s. */
export const RETRY_DELAYS_SECONDS = [1];

export const SENDERS_DATABASE = 'chaos_sender';
export const CONSUMERS_DATABASE = 'chaos_consumer';

/** A message that was said; its effect in the sender's database. */
export interface SentRow {
  _id: number;
}

/** The effect of a message in the consumer's database: one of each number, or something was done twice. */
export interface EffectRow {
  number: number;
  messageId: string;
  /** From its transaction's begin at the sender to the handler. */
  tookMilliseconds: number;
}

/** That a handler ran; written apart from what it does, so that it stays when that is undone. */
export interface RunRow {
  messageId: string;
  number: number;
}

/** The number of a message by its body; -1 when that cannot be read. */
export function numberIn(body: string): number {
  const [, number = ''] = /"number":(\d+)/.exec(body) ?? [];
  return number === '' ? -1 : Number(number);
}
