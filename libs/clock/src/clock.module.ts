import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Clock, SystemClock } from './clock.ts';
import { FollowedClock } from './followed-clock.ts';

/** Provides {@link Clock} everywhere: the machine's, or the one served at BERTH_CLOCK_URL. */
@Global()
@Module({})
export class ClockModule implements OnApplicationShutdown {
  constructor(@Inject(Clock) private readonly clock: Clock) {}

  static forRoot(url = process.env['BERTH_CLOCK_URL']): DynamicModule {
    const provider = {
      provide: Clock,
      useFactory: () => (url ? FollowedClock.follow(url) : new SystemClock()),
    };
    return { module: ClockModule, providers: [provider], exports: [Clock] };
  }

  onApplicationShutdown(): void {
    if (this.clock instanceof FollowedClock) this.clock.stop();
  }
}
