import { Clock } from '@berth/clock';

/** A clock that stands still until it is moved. */
export class TestClock extends Clock {
  private time: Date;

  /** RFC 3339 or a Date; 2026-01-01T00:00:00Z by default. */
  constructor(start: string | Date = '2026-01-01T00:00:00.000Z') {
    super();
    this.time = new Date(start);
  }

  override now(): Date {
    return new Date(this.time);
  }

  set(time: string | Date): void {
    this.time = new Date(time);
  }

  advance(seconds: number): void {
    this.time = new Date(this.time.getTime() + seconds * 1000);
  }
}
