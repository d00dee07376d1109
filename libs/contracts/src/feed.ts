import { z } from 'zod';
import { AccountId, Instant } from './fields.ts';
import { event, request } from './message.ts';
import { Operation, Server } from './servers.ts';
import { TimelineEntry } from './timeline.ts';

/** A server as `GET /v1/servers/{id}` answers it, but for its price: that follows from the catalog, and changes without it. */
export const ServerSnapshot = Server.omit({ price: true });
export type ServerSnapshot = z.output<typeof ServerSnapshot>;

/** Something that customers see of a server has changed: its status, its operation's steps, its name … */
export const ServerChange = z.object({
  at: Instant,
  /** As it is now. */
  server: ServerSnapshot,
  /** Its latest operation, in progress or ended, as it is now. */
  operation: Operation.nullable(),
  /** The transitions that led here, if the status changed; a step of an operation or an edit makes none. */
  transitions: z.array(TimelineEntry),
});
export type ServerChange = z.output<typeof ServerChange>;

/** `revision` is gapless per server and starts at 1; each tells the whole picture, so a later one covers all before it. */
export const ServerChanged = event(
  'berth.server.changed.v1',
  ServerChange.extend({ accountId: AccountId, revision: z.number().int().positive() }),
);

/** One entry of an account's feed. `sequence` is gapless per account; entries of one server are in their true order. */
export const FeedEntry = z.object({
  sequence: z.number().int().positive(),
  type: z.literal('server.changed'),
  data: ServerChange,
});
export type FeedEntry = z.output<typeof FeedEntry>;

/** What `GET /v1/events` streams: the data of each kind of event, by its name. Its id is where to go on after it. */
export const STREAM_EVENTS = {
  'server.changed': ServerChange,
  /** What came after the last event you have seen is not known as a whole: read anew whatever you show. */
  reset: z.object({}),
} as const;

/** Entries were added to an account's feed, in order. Every gateway hears it, for the streams it has open. */
export const FeedAppended = event(
  'berth.feed.appended.v1',
  z.object({ accountId: AccountId, entries: z.array(FeedEntry) }),
);

/**
 * The entries after a sequence, oldest first, at most `limit`; without `after` none, to begin with what comes. `reset`:
 * what came after it is not (or no longer) known as a whole. `sequence` is where to read on.
 */
export const ReadFeed = request(
  'state-tracking',
  'berth.state-tracking.read-feed.v1',
  z.object({
    accountId: AccountId,
    after: z.number().int().nonnegative().optional(),
    limit: z.number().int().min(1).max(200).default(100),
  }),
  z.object({
    sequence: z.number().int().nonnegative(),
    entries: z.array(FeedEntry),
    reset: z.boolean(),
  }),
  'servers:read',
);
