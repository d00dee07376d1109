import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataOf, FeedEntry, ReadFeed, ReplyOf } from '@berth/contracts';
import { entryText, heartbeatText, resetText, startText } from './event-text.ts';

type ReadAfter = (
  given: Pick<DataOf<typeof ReadFeed>, 'after' | 'limit'>,
) => Promise<ReplyOf<typeof ReadFeed>>;

/** So much waits for a slow client before it is sent away; it resumes where it was. */
const MOST_WAITING_BYTES = 1024 * 1024;
const PAGE = 100;
const READ_AGAIN_MILLISECONDS = 1_000;

/**
 * One client's stream of its account's feed: every entry once and in order, from where it began. What the broadcasts leave
 * out is read from the feed.
 */
export class EventStream {
  private readonly out = new PassThrough();
  private readonly ended = new AbortController();
  /** The sequence the client has been given everything up to; undefined until the first read. */
  private position?: number;
  private reading = false;
  /** Something was added while the feed was being read: that reading may have come too early for it. */
  private readAgain = false;

  constructor(
    private readonly readAfter: ReadAfter,
    /** Only this server's. */
    private readonly serverId?: string,
  ) {}

  get readable(): Readable {
    return this.out;
  }

  /** Fires when the stream has been ended, by whichever side. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  /** Begins after this sequence, or with what comes from now on. Throws what reading the feed throws. */
  async begin(after?: number): Promise<void> {
    this.reading = true;
    const first = await this.readAfter({ after, limit: PAGE });
    this.position = after ?? first.sequence;
    this.write(startText(this.position));
    this.take(first);
    this.reading = false;
    if (this.readAgain || first.entries.length === PAGE) this.catchUp();
  }

  /** What was just added to the feed, in order. */
  offer(entries: readonly FeedEntry[]): void {
    for (const entry of entries) {
      if (this.position === undefined || this.reading || entry.sequence > this.position + 1)
        return this.catchUp();
      if (entry.sequence > this.position) this.send(entry);
    }
    if (this.out.writableLength + this.out.readableLength > MOST_WAITING_BYTES) this.cutOff();
  }

  /** Reads whatever the feed has after the last entry that was sent. */
  catchUp(): void {
    this.readAgain = true;
    if (!this.reading) void this.readOn();
  }

  heartbeat(): void {
    if (this.position !== undefined) this.write(heartbeatText(this.position));
  }

  /** What was written is still delivered. */
  end(): void {
    if (this.ended.signal.aborted) return;
    this.ended.abort();
    this.out.end();
  }

  private cutOff(): void {
    this.ended.abort();
    this.out.destroy();
  }

  private async readOn(): Promise<void> {
    this.reading = true;
    while (this.readAgain && !this.ended.signal.aborted) {
      this.readAgain = false;
      try {
        await this.drained();
        const page = await this.readAfter({ after: this.position, limit: PAGE });
        this.take(page);
        if (page.entries.length === PAGE) this.readAgain = true;
      } catch {
        // state-tracking is away, or too many ask it: the stream is late then, not wrong.
        this.readAgain = true;
        await sleep(READ_AGAIN_MILLISECONDS, undefined, { signal: this.ended.signal }).catch(() => {});
      }
    }
    this.reading = false;
  }

  private take({ sequence, entries, reset }: ReplyOf<typeof ReadFeed>): void {
    if (reset) this.write(resetText(sequence));
    for (const entry of entries) this.send(entry);
    this.position = sequence;
  }

  /** A client that has much to catch up with gets it page by page, as fast as it reads. */
  private async drained(): Promise<void> {
    if (!this.out.writableNeedDrain) return;
    await once(this.out, 'drain', { signal: this.ended.signal }).catch(() => {});
  }

  private send(entry: FeedEntry): void {
    this.position = entry.sequence;
    if (this.serverId === undefined || entry.data.server.id === this.serverId) this.write(entryText(entry));
  }

  /** Nothing after the end: to a stream that is over that is an error nobody would catch. */
  private write(text: string): void {
    if (!this.ended.signal.aborted) this.out.write(text);
  }
}
