import type { FeedEntry } from '@berth/contracts';

/** A browser that lost its stream comes back after one to three seconds: not all at once, when a gateway stops. */
const retryMilliseconds = () => Math.round(1_000 + 2_000 * Math.random());

/*
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 * A block with an id and no data is no event: it only sets where the client goes on after a loss.
 */

export const startText = (sequence: number): string => `retry: ${retryMilliseconds()}\nid: ${sequence}\n\n`;

export const entryText = ({ sequence, type, data }: FeedEntry): string =>
  `id: ${sequence}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

export const resetText = (sequence: number): string => `id: ${sequence}\nevent: reset\ndata: {}\n\n`;

export const heartbeatText = (sequence: number): string => `: heartbeat\nid: ${sequence}\n\n`;

/** The sequence an event's id stands for; 0, which no event has, for what cannot be one. */
export const sequenceOf = (lastEventId: string): number =>
  /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : 0;
