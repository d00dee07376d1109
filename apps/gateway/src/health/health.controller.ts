import { Controller } from '@nestjs/common';
import { problem } from '@berth/messaging';
import { Endpoint } from '../http/endpoint.ts';
import { Drain } from '../http/drain.ts';
import { pages } from '../pages/pages.ts';
import { ServiceReadiness } from './service-readiness.ts';

/** Said at once, whatever was found a moment ago. */
const LEAVING = { service: 'gateway', checks: ['stays'] };

@Controller()
export class HealthController {
  constructor(
    private readonly services: ServiceReadiness,
    private readonly drain: Drain,
  ) {}

  @Endpoint(pages.alive)
  alive() {
    return { status: 'ok' as const };
  }

  @Endpoint(pages.ready)
  async ready() {
    if (this.drain.leaving) throw problem('not_ready', { extensions: { notReady: [LEAVING] } });
    const notReady = await this.services.notReady();
    if (notReady.length > 0) throw problem('not_ready', { extensions: { notReady } });
    return { status: 'ready' as const };
  }
}
