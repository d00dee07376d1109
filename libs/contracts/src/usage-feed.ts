import { z } from 'zod';
import { Instant, UsageReplayId } from './fields.ts';
import { request, SERVICE_NAMES } from './message.ts';
import { page, pageRequest } from './page.ts';
import { UsageRecord } from './usage.ts';

/**
 * Records of all accounts, closed ones too, in the order in which they were written. Nothing is ever added before a cursor, so whoever
 * keeps `nextCursor` has had everything up to there.
 */
export const UsageFeed = z.object({
  items: z.array(UsageRecord),
  /** Where to go on: always given, also when there is nothing more yet. */
  nextCursor: z.string(),
  /** Whether there is more already; when not, ask again in a minute or an hour. */
  hasMore: z.boolean(),
  /** All that was written before is listed by now; what is younger may still be on its way into the database. */
  completeUntil: Instant,
});
export type UsageFeed = z.output<typeof UsageFeed>;

const isOurs = (queue: string) =>
  ['amq', 'berth', ...SERVICE_NAMES].some((own) => queue.startsWith(`${own}.`));

/** Which records are to come again, by when they were written (`recordedAt`), and where. */
export const NewUsageReplay = z.strictObject({
  /** Under this name the queue is bound to the exchange `billing.replays`. */
  queue: z
    .string()
    .regex(/^[A-Za-z0-9][\w.:-]{0,199}$/, 'must be the name of a queue: letters, digits, _ . : -')
    .refine((queue) => !isOurs(queue), 'is a name for queues of Berth’s own'),
  from: Instant,
  /** Until then, this moment not included; now, when it is not given. */
  to: Instant.optional(),
});
export type NewUsageReplay = z.input<typeof NewUsageReplay>;

/** Records on their way to a queue once more, oldest first, each at least once. */
export const UsageReplay = z.object({
  id: UsageReplayId,
  queue: z.string(),
  from: Instant,
  to: Instant,
  state: z.enum(['running', 'succeeded', 'failed', 'canceled']),
  /** How many records the broker has confirmed. */
  published: z.number().int(),
  /** The last of them. */
  lastRecord: z.object({ id: z.string(), recordedAt: Instant }).nullable(),
  /** Why it has failed, or does not get on for now. */
  error: z.string().nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
});
export type UsageReplay = z.output<typeof UsageReplay>;

/** All records in the order in which they were written, from a cursor, or from a time on. 400 `invalid_cursor`. */
export const ReadUsageFeed = request(
  'billing',
  'berth.billing.read-usage-feed.v1',
  z.object({ ...pageRequest, from: Instant.optional() }),
  UsageFeed,
  'staff:read',
);

/** Has records published again, for one queue of the outside. 400 `invalid_request` when `from` does not lie before `to`, or `to` in the future. */
export const StartUsageReplay = request(
  'billing',
  'berth.billing.start-usage-replay.v1',
  NewUsageReplay,
  UsageReplay,
  'staff:write',
);

/** Newest first. 400 `invalid_cursor`. */
export const ListUsageReplays = request(
  'billing',
  'berth.billing.list-usage-replays.v1',
  z.object(pageRequest),
  page(UsageReplay),
  'staff:read',
);

/** 404 `not_found`. */
export const GetUsageReplay = request(
  'billing',
  'berth.billing.get-usage-replay.v1',
  z.object({ replayId: UsageReplayId }),
  UsageReplay,
  'staff:read',
);

/** Ends a replay where it is. 404 `not_found`, 409 `invalid_state` when it has ended. */
export const CancelUsageReplay = request(
  'billing',
  'berth.billing.cancel-usage-replay.v1',
  z.object({ replayId: UsageReplayId }),
  UsageReplay,
  'staff:write',
);
