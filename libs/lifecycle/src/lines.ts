import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Model } from 'mongoose';
import type { Aggregate } from './aggregate.ts';

/** Grants calls that are scarce outside, by the name of the line that waits for them, to all replicas together. */
export interface Allowance {
  /** A call may be made now (0), or asking again is worth while in so many seconds; nothing is kept for who asked. */
  take(line: string): Promise<{ waitSeconds: number }>;
}

interface LinesOptions<Doc> {
  model: Model<Doc>;
  /** Whose turn it is goes by this field: one document of each value in turn. */
  fairBy: string;
  allowance: Allowance;
  /** Begins the work of the document's step; false when it does not wait any more, or somebody works on it. */
  call(doc: Doc, line: string): Promise<boolean>;
}

/** A call has been granted: so often it is offered to documents that turn out to be taken. */
const MOST_OFFERS = 20;
const OFFER_AGAIN_MILLISECONDS = 25;
/** The clock of a simulated world can leap while we sleep. */
const LONGEST_SLEEP_SECONDS = 1;

/**
 * Documents that wait for a scarce call stand in a line, stored with them (`progress.waitsIn`), so that a restart loses no
 * place. Each replica that knows of a line asks for a call on behalf of whoever is next, and only when it is granted
 * says who that is: the owner after the one served last, in the order of their ids, and of that owner the oldest document.
 * So an owner with one waits at most one turn of each other owner, however many they have; a turn costs two look-ups in an
 * index, however long the line is; and nobody in it asks for himself.
 */
export class Lines<Doc extends Aggregate<string>> {
  private readonly logger = new Logger('Lifecycle');
  private readonly served = new Map<string, Promise<void>>();
  /** By line, whose turn it was last. Every replica goes round by itself. */
  private readonly last = new Map<string, string>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: LinesOptions<Doc>) {}

  /** Whether a call may be made at once. Nobody passes a line that waits. */
  async mayPass(line: string): Promise<boolean> {
    if (this.isWaiting(line)) return false;
    const { waitSeconds } = await this.options.allowance.take(line);
    return waitSeconds === 0;
  }

  /** As far as this process knows; of what only others know it learns within a second. */
  isWaiting(line: string): boolean {
    return this.served.has(line);
  }

  /** Somebody has joined the line. */
  serve(line: string): void {
    if (this.served.has(line) || this.stopping.signal.aborted) return;
    const served = this.serveAll(line)
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) this.logger.error(error, `The line for ${line} has to wait`);
      })
      .finally(() => this.served.delete(line));
    this.served.set(line, served);
  }

  /** Serves whoever joined a line elsewhere, or before a restart. */
  async sweep(): Promise<void> {
    for (let line = await this.lineAfter(''); line; line = await this.lineAfter(line)) this.serve(line);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.served.values());
  }

  private async serveAll(line: string): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted && (await this.next(line))) {
      const { waitSeconds } = await this.options.allowance.take(line);
      if (waitSeconds === 0) await this.callNext(line);
      else await sleep(Math.min(waitSeconds, LONGEST_SLEEP_SECONDS) * 1000, undefined, { signal });
    }
  }

  private async callNext(line: string): Promise<void> {
    for (let offers = 0; offers < MOST_OFFERS; offers++) {
      const doc = await this.next(line);
      if (!doc) return;
      if (await this.options.call(doc, line)) {
        this.last.set(line, this.ownerOf(doc));
        return;
      }
      await sleep(OFFER_AGAIN_MILLISECONDS, undefined, { signal: this.stopping.signal });
    }
  }

  private async next(line: string): Promise<Doc | null> {
    const { fairBy } = this.options;
    const after = this.last.get(line) ?? '';
    return (await this.first(line, { [fairBy]: { $gt: after } })) ?? this.first(line, {});
  }

  private first(line: string, more: object): Promise<Doc | null> {
    const { model, fairBy } = this.options;
    return model
      .findOne({ 'progress.waitsIn': line, ...more } as never)
      .sort({ [fairBy]: 1, _id: 1 })
      .setOptions({ crossTenant: true })
      .lean<Doc | null>();
  }

  private async lineAfter(line: string): Promise<string | null> {
    const found = await this.options.model
      .findOne({ 'progress.waitsIn': { $gt: line } } as never)
      .sort({ 'progress.waitsIn': 1 })
      .setOptions({ crossTenant: true })
      .lean<Doc | null>();
    return found?.progress.waitsIn ?? null;
  }

  private ownerOf(doc: Doc): string {
    return String((doc as Record<string, unknown>)[this.options.fairBy]);
  }
}
