import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Appending } from './appending.ts';

const SWEEP_EVERY_MILLISECONDS = 2_000;

/** Takes up what a crash left, and what has waited in vain for a change before it. */
@Injectable()
export class FeedSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(FeedSweep.name);
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;

  constructor(private readonly appending: Appending) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MILLISECONDS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Joins the sweep that is under way. */
  sweep(): Promise<void> {
    this.sweeping ??= this.appendWaiting()
      .catch((error: unknown) => this.logger.error(error, 'The feeds cannot be swept'))
      .finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  private async appendWaiting(): Promise<void> {
    const accounts = await this.appending.waitingSince(new Date(Date.now() - SWEEP_EVERY_MILLISECONDS));
    for (const accountId of accounts) await this.appending.appendTo(accountId);
  }
}
