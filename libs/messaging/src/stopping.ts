import { Injectable } from '@nestjs/common';

/** Tells that this process stops: whatever waits for something that may take long answers now instead. */
@Injectable()
export class Stopping {
  private readonly controller = new AbortController();

  /** Aborts once nothing new is taken, while what is being handled still has 25 s. */
  readonly signal: AbortSignal = this.controller.signal;

  begin(): void {
    this.controller.abort();
  }
}
