import { Readable } from 'node:stream';
import { Controller, Header, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { routes, type Principal } from '@berth/contracts';
import { Caller, Credential } from '../access/caller.ts';
import { Endpoint, Given, Gone } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { sequenceOf } from './event-text.ts';
import { Streams } from './streams.ts';

@Controller()
export class EventsController {
  constructor(private readonly streams: Streams) {}

  @Endpoint(routes.events)
  @Header('content-type', 'text/event-stream')
  // Proxies pass each event on at once (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering).
  @Header('x-accel-buffering', 'no')
  // Nothing follows on the connection: a gateway that stops does not wait for it.
  @Header('connection', 'close')
  async follow(
    @Req() { method, headers, ip: address }: FastifyRequest,
    @Caller() caller: Principal,
    @Credential() credential: string,
    @Given() { query }: InputOf<'events'>,
    @Gone() gone: AbortSignal,
  ): Promise<Readable> {
    if (method === 'HEAD') return Readable.from([]);
    const lastEventId = String(headers['last-event-id'] ?? query.lastEventId ?? '');
    return this.streams.follow(
      { caller, credential, address },
      { after: lastEventId === '' ? undefined : sequenceOf(lastEventId), serverId: query.server, gone },
    );
  }
}
