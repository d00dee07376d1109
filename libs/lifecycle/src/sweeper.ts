import { Logger } from '@nestjs/common';

/** Calls the runner's sweep again and again, one second after the last one ended, in real time. */
export class Sweeper {
  private readonly logger = new Logger('Lifecycle');
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly sweep: () => Promise<void>,
    private readonly everyMilliseconds = 1000,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep()
        .catch((error: unknown) => this.logger.error(error, 'The sweep failed'))
        .finally(() => {
          if (!this.stopped) this.start();
        });
    }, this.everyMilliseconds);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }
}
