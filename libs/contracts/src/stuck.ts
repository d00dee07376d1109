import { z } from 'zod';
import { AccountId, Instant } from './fields.ts';
import { request, type RequestContract, type ServiceName } from './message.ts';

/**
 * Something that does not get on by itself as it should, for a person to look at: one shape, whatever it is. Staff alone
 * see it; `error` is what the outside world said and no secret.
 */
export const StuckThing = z.object({
  /** By which it is nudged: `srv_…`, `msg_…`. */
  id: z.string(),
  service: z.string(),
  /** `server`, `message` …; there may be more kinds some day. */
  kind: z.string(),
  /** `late`: beyond its deadline; `failing`: what it tries is refused again and again; `operation_late`; there may be more. */
  why: z.string(),
  accountId: AccountId.nullable(),
  /** A server's status, a message's type. */
  state: z.string().nullable(),
  step: z.string().nullable(),
  /** Since when it is in that state. */
  enteredAt: Instant,
  deadlineAt: Instant.nullable(),
  /** Since when it counts as stuck. */
  stuckSince: Instant,
  /** Failures in a row. */
  attempts: z.number().int().nonnegative(),
  /** The last of them. */
  error: z.string().nullable(),
  /** When it is tried again by itself. */
  nextAttemptAt: Instant.nullable(),
  /** The operation that waits for it. */
  operation: z.object({ id: z.string(), type: z.string() }).nullable(),
});
export type StuckThing = z.output<typeof StuckThing>;

/** Lists are in the order of `stuckSince`, then `id`: the place of one of them. */
export const StuckPlace = z.object({ stuckSince: Instant, id: z.string().min(1).max(200) });
export type StuckPlace = z.output<typeof StuckPlace>;

const StuckQuestion = z.object({ after: StuckPlace.optional(), limit: z.number().int().min(1).max(201) });
const StuckAnswer = z.object({ items: z.array(StuckThing) });
const Nudge = z.object({ id: z.string().max(200) });

/** Asks a service for what is stuck in it, longest first, at most `limit` after a place; its bus transport answers by itself. */
export const stuckIn = (service: ServiceName): RequestContract<typeof StuckQuestion, typeof StuckAnswer> =>
  request(service, `berth.${service}.list-stuck.v1`, StuckQuestion, StuckAnswer, 'staff:read');

/**
 * Has a service take up at once what is stuck in it, whatever the back-off, and answers how it is then; its bus transport
 * answers by itself. 404 `not_found` when no such thing is stuck there (any more).
 */
export const nudgeIn = (service: ServiceName): RequestContract<typeof Nudge, typeof StuckThing> =>
  request(service, `berth.${service}.nudge.v1`, Nudge, StuckThing, 'staff:write');
