import { randomUUID } from 'node:crypto';
import { Controller, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RequestsCounted, type DataOf } from '@berth/contracts';
import { Broadcasts, OnBroadcast } from '@berth/messaging';
import { RateLimits } from './rate-limits.ts';

/** What comes to another gateway meanwhile is let through beyond a limit. */
const TELL_EVERY_MILLISECONDS = 500;

/** Makes the limits those of all gateways together: each tells the others twice a second what it has counted. */
@Controller()
export class SharedCounts implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly replica = randomUUID();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly limits: RateLimits,
    private readonly broadcasts: Broadcasts,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.tell(), TELL_EVERY_MILLISECONDS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  @OnBroadcast(RequestsCounted)
  async heard({ replica, counts }: DataOf<typeof RequestsCounted>): Promise<void> {
    if (replica !== this.replica) await this.limits.add(counts);
  }

  private tell(): void {
    const counts = this.limits.untold();
    if (counts.length > 0) this.broadcasts.say(RequestsCounted, { replica: this.replica, counts });
  }
}
