import { routes, type Route } from '@berth/contracts';
import { z } from 'zod';

type Events = NonNullable<Route['success']['events']>;

/**
 * One event of a stream. OpenAPI 3.1 has no word for "a sequence of these"; 3.2 calls it `itemSchema` and writes the items
 * in this very form (https://spec.openapis.org/oas/v3.2.0.html#server-sent-event-streams).
 */
export function eventOf(events: Events): z.ZodType {
  return z.union(
    Object.keys(events).map((name) =>
      z.object({
        id: z.string().meta({ description: 'Where to go on after it: for `Last-Event-ID`.' }),
        event: z.literal(name),
        data: z.string().meta({
          contentMediaType: 'application/json',
          contentSchema: { $ref: `#/components/schemas/${componentOf(name)}` },
        }),
      }),
    ),
  );
}

/** The data of all events of all streams, by the names of their components. */
export function eventComponents(): Record<string, z.ZodType> {
  const streams = Object.values<Route>(routes).map(({ success }) => success.events ?? {});
  const events = streams.flatMap((stream) => Object.entries(stream));
  return Object.fromEntries(events.map(([name, data]) => [componentOf(name), data]));
}

/** `server.changed` → `ServerChangedEvent` */
const componentOf = (name: string) =>
  `${name.replaceAll(/(?:^|\.)[a-z]/g, (start) => start.slice(-1).toUpperCase())}Event`;
