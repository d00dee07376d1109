import { Injectable } from '@nestjs/common';
import { Facts } from '../usage/facts.ts';
import { Intervals } from '../usage/interval-store.ts';
import { Ledgers } from '../usage/ledgers.ts';

/** Whether what an account used has been recorded, so that a month of it can be closed. */
@Injectable()
export class RecordedHours {
  constructor(
    private readonly facts: Facts,
    private readonly intervals: Intervals,
    private readonly ledgers: Ledgers,
  ) {}

  /** Whether hours before this time are still to be recorded. A server that waits for a missing transition is not waited for. */
  async areMissing(accountId: string, until: Date): Promise<boolean> {
    if (await this.facts.hasUnconsidered(accountId)) return true;
    const due = await this.ledgers.due(until);
    return due.length > 0 && (await this.intervals.hasOpen(accountId, due));
  }

  /** Whether a server waits for a transition: what is known of it may still change, whatever the month. */
  async areUncertain(accountId: string): Promise<boolean> {
    const waiting = await this.ledgers.incomplete(MOST_WAITING);
    return (
      waiting.length > 0 &&
      (await this.intervals.hasOpen(
        accountId,
        waiting.map(({ _id }) => _id),
      ))
    );
  }
}

/** More servers at once than these wait for a transition only when something is broken. */
const MOST_WAITING = 10_000;
