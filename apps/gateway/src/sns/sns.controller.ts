import { Controller, NotFoundException, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from '@berth/messaging';
import { count } from '@berth/telemetry';
import { readForeignJson } from '../http/body.ts';
import { Endpoint } from '../http/endpoint.ts';
import { pages } from '../pages/pages.ts';
import { SnsMessage } from './message.ts';
import { Sns } from './sns.ts';

/** Where SNS may post by HTTPS, where that is switched on: whoever knows the address may, and only what SNS has signed is taken. */
@Controller()
export class SnsController {
  constructor(private readonly sns: Sns) {}

  @Endpoint(pages.sns)
  async receive(@Req() request: FastifyRequest): Promise<void> {
    if (!this.sns.isOn) throw new NotFoundException();
    await this.sns.take(await this.read(request));
  }

  private async read(request: FastifyRequest): Promise<SnsMessage> {
    try {
      const parsed = SnsMessage.safeParse(await readForeignJson(request));
      if (parsed.success) return parsed.data;
      throw problem('invalid_request', { detail: 'The body is no message of SNS.' });
    } catch (error) {
      count('berth.sns.messages', { outcome: 'unreadable' });
      throw error;
    }
  }
}
