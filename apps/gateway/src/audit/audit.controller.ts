import { Readable } from 'node:stream';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@berth/clock';
import { ListAuditEvents, routes, type Principal } from '@berth/contracts';
import { carrying, currentPassports } from '../access/caller-passports.ts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { exported } from './export.ts';

/** The longest page that there is. */
const LIMIT = 200;
const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

@Controller()
export class AuditController {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  @Endpoint(routes.listAuditEvents)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'listAuditEvents'>) {
    return this.bus.ask(ListAuditEvents, { accountId, ...query });
  }

  @Endpoint(routes.exportAuditEvents)
  async export(
    @Req() { method }: FastifyRequest,
    @Caller() { accountId }: Principal,
    @Given() { query: { format, ...range } }: InputOf<'exportAuditEvents'>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const passports = currentPassports();
    const read = (cursor?: string) =>
      carrying(passports, () => this.bus.ask(ListAuditEvents, { accountId, ...range, cursor, limit: LIMIT }));
    const file = method === 'HEAD' ? Readable.from([]) : await exported(format, read);
    const today = this.clock.now().toISOString().slice(0, 10);
    reply.header('content-type', TYPES[format]);
    reply.header('content-disposition', `attachment; filename="audit-trail-${today}.${format}"`);
    return file;
  }
}
