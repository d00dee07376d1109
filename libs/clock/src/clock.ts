/** The time a service goes by. Injected, so that tests and a simulated world decide what "now" is. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
