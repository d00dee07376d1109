import { Injectable } from '@nestjs/common';
import { ProblemError, problem } from '@berth/messaging';

/**
 * Far less than accounts has waiting when it refuses (a half to one second of work): it never stands idle for what is refused here, so as many
 * log-ins are looked at as without.
 */
const OPEN_MILLISECONDS = 100;

/**
 * The circuit breaker (https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker) of log-ins: when accounts has more passwords to
 * hash than it can, further log-ins are refused here for a moment, which spares the bus and accounts most of a flood. Whoever comes first
 * after that is asked for again, be they part of the flood or not. Nobody who is logged in comes by here.
 */
@Injectable()
export class LogInBreaker {
  /** Of the monotonic clock. */
  private closesAt = 0;

  /** Throws what the log-in does, and 503 `overloaded` without having tried it. */
  async run<Result>(logIn: () => Promise<Result>): Promise<Result> {
    if (performance.now() < this.closesAt) throw problem('overloaded');
    try {
      return await logIn();
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'overloaded')
        this.closesAt = performance.now() + OPEN_MILLISECONDS;
      throw error;
    }
  }
}
