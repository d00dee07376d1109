import { Injectable } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import { Clock } from '@berth/clock';
import type { EffectResult } from '@berth/lifecycle';
import type { ServerDocument } from './server.model.ts';

type Result = EffectResult<ServerDocument>;
type Server = Readonly<ServerDocument>;

const RETRY_SECONDS = 15;
/** A crowd that was refused together does not come back together. */
const retrySeconds = () => RETRY_SECONDS * (0.8 + 0.4 * Math.random());

/** What to do while EC2 has no capacity: say for what, and ask again about four times a minute. */
@Injectable()
export class Capacity {
  constructor(
    private readonly catalog: CatalogCopy,
    private readonly clock: Clock,
  ) {}

  /** EC2 has just refused for lack of it. `zone` null: in the whole region. */
  async missing(server: Server, zone: string | null, also?: (now: ServerDocument) => void): Promise<Result> {
    const { sizes } = await this.catalog.current();
    const { size, region } = server.configuration;
    const type = sizes.find(({ id }) => id === size)?.instanceType ?? size;
    const capacity = { refusedAt: this.clock.now(), waitingFor: `${type} in ${zone ?? region}` };
    return {
      text: `no capacity for ${capacity.waitingFor}`,
      store: (now) => {
        also?.(now);
        now.capacity = capacity;
      },
      againInSeconds: retrySeconds(),
    };
  }

  /** Tries, but not right after a refusal. */
  async patiently(server: Server, attempt: () => Promise<Result>): Promise<Result> {
    const refusedAt = server.capacity?.refusedAt.getTime() ?? 0;
    const isFresh = this.clock.now().getTime() - refusedAt < (RETRY_SECONDS / 2) * 1000;
    // A request under way through the zones is not a new attempt.
    if (!isFresh || server.launch?.unresolved) return attempt();
    return { text: 'waits for capacity', againInSeconds: retrySeconds() };
  }
}
