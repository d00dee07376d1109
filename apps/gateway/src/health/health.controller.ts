import { Controller } from '@nestjs/common';
import { problem } from '@berth/messaging';
import { Endpoint } from '../http/endpoint.ts';
import { pages } from '../pages/pages.ts';
import { ServiceReadiness } from './service-readiness.ts';

@Controller()
export class HealthController {
  constructor(private readonly services: ServiceReadiness) {}

  @Endpoint(pages.alive)
  alive() {
    return { status: 'ok' as const };
  }

  @Endpoint(pages.ready)
  async ready() {
    const notReady = await this.services.notReady();
    if (notReady.length > 0) throw problem('not_ready', { extensions: { notReady } });
    return { status: 'ready' as const };
  }
}
