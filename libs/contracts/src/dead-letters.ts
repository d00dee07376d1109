import { z } from 'zod';
import { Instant } from './fields.ts';
import { request, type RequestContract, type ServiceName } from './message.ts';

/** A message that a service could not handle and has put aside. */
export const DeadLetter = z.object({
  /** The message's id. */
  id: z.string(),
  service: z.string(),
  type: z.string(),
  /** The queue it could not be handled in, and goes back to. */
  queue: z.string(),
  /** `unreadable`, `failed`, `no_handler`, or `delivery_limit` when it ended the process again and again. */
  reason: z.string(),
  /** The first line of what was thrown. */
  error: z.string().nullable(),
  attempts: z.number().int().nonnegative(),
  /** Null when the broker put it aside. */
  deadAt: Instant.nullable(),
});
export type DeadLetter = z.output<typeof DeadLetter>;

/** One with all that is known of it. */
export const DeadLetterDetails = DeadLetter.extend({ stack: z.string(), body: z.string() });
export type DeadLetterDetails = z.output<typeof DeadLetterDetails>;

const ListQuestion = z.object({ limit: z.number().int().min(1).max(200) });
const ListAnswer = z.object({ items: z.array(DeadLetter), total: z.number().int().nonnegative() });
const LetterId = z.object({ id: z.string().max(200) });
const ReplayAnswer = z.object({ replayed: z.number().int().nonnegative() });
const ReplayOrder = z.object({ id: z.string().max(200).optional() });

/** Asks a service for the oldest of its dead letters, and how many there are; its bus transport answers by itself. */
export const deadLettersOf = (
  service: ServiceName,
): RequestContract<typeof ListQuestion, typeof ListAnswer> =>
  request(service, `berth.${service}.list-dead-letters.v1`, ListQuestion, ListAnswer, 'staff:read');

/** Asks a service for one of its dead letters; its bus transport answers by itself. 404 `not_found`. */
export const deadLetterOf = (
  service: ServiceName,
): RequestContract<typeof LetterId, typeof DeadLetterDetails> =>
  request(service, `berth.${service}.get-dead-letter.v1`, LetterId, DeadLetterDetails, 'staff:read');

/**
 * Has a service put one of its dead letters back into its queue, or without an id all that are there; its bus transport
 * answers by itself. To do it twice has the effect of once. 404 `not_found` when that one is not there (any more).
 */
export const replayDeadLettersOf = (
  service: ServiceName,
): RequestContract<typeof ReplayOrder, typeof ReplayAnswer> =>
  request(service, `berth.${service}.replay-dead-letters.v1`, ReplayOrder, ReplayAnswer, 'staff:write');
