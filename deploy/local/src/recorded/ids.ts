import type { Span } from './recording.ts';

/** TypeIDs, credentials, ids of EC2: names that whoever makes the thing chooses anew each time. */
const ID = /^(?:[a-z]{2,4}_[0-9a-z]{26}|br[ts]_\w+|(?:i|vol|sg)-[0-9a-f]{17})$/;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g;
const MINUTE = 60_000;

/**
 * What was recorded in the words of now: ids that came out differently this time are replaced, and times within the recording
 * are moved so that it ends now, by whole minutes, so that as many minutes are billed as then.
 */
export class Ids {
  private readonly replacements = new Map<string, string>();
  private readonly from: number;
  private readonly to: number;
  private readonly shift: number;

  constructor({ from, to }: Span, now = Date.now()) {
    this.from = Date.parse(from);
    this.to = Date.parse(to);
    this.shift = Math.floor((now - this.to) / MINUTE) * MINUTE;
  }

  /** Text of the recording as it has to be now. */
  live(recorded: string): string {
    let text = recorded.replace(INSTANT, (instant) => this.moved(instant));
    for (const [then, now] of this.replacements) text = text.replaceAll(then, now);
    return text;
  }

  /** Compares what was said then with the same said now: ids at the same place are the same thing. */
  learn(recorded: unknown, live: unknown): void {
    if (typeof recorded === 'string' && typeof live === 'string') {
      if (recorded !== live && ID.test(recorded) && ID.test(live)) this.replacements.set(recorded, live);
    } else if (isObject(recorded) && isObject(live)) {
      for (const key of Object.keys(recorded)) this.learn(recorded[key], live[key]);
    }
  }

  private moved(instant: string): string {
    const time = Date.parse(instant);
    return time < this.from || time > this.to ? instant : new Date(time + this.shift).toISOString();
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
