/** What clients have met, for the table. */
export class Tally {
  requests = 0;
  /** Answers by status, retries included. */
  readonly statuses = new Map<number, number>();
  /** 503 with Retry-After; and those after which one of the next tries was answered. */
  refused = 0;
  healed = 0;
  /** Each kind of failure that a client should never see. */
  readonly failures: string[] = [];
  /** Seconds of every answer that was not asked to wait. */
  readonly seconds: number[] = [];
  /** Operations that were accepted, and how they ended. */
  readonly operations = new Map<string, string>();
  streams = { connections: 0, events: 0 };

  answered(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  fail(what: string): void {
    this.failures.push(`${new Date().toISOString()} ${what}`);
  }
}
