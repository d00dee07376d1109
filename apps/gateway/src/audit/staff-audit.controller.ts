import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ListAuditEvents, ListStaffDeeds, routes, type StaffPrincipal } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { AuditTrail } from './audit-trail.ts';

@Controller()
export class StaffAuditController {
  constructor(
    private readonly bus: Bus,
    private readonly trail: AuditTrail,
  ) {}

  @Endpoint(routes.listAccountAuditEvents)
  async list(
    @Req() request: FastifyRequest,
    @Caller() who: StaffPrincipal,
    @Given() { query: { account, actor, ...query } }: InputOf<'listAccountAuditEvents'>,
  ) {
    if (account === undefined) {
      if (actor !== undefined) throw needsAccount();
      return this.bus.ask(ListStaffDeeds, { userId: who.userId, ...query });
    }
    const page = await this.bus.ask(ListAuditEvents, { accountId: account, actor, ...query });
    // Of the pages that follow it need not be told again.
    if (query.cursor === undefined) this.trail.looked(routes.listAccountAuditEvents, request, who, account);
    return page;
  }
}

const needsAccount = () =>
  problem('invalid_request', { errors: [{ pointer: '/actor', detail: 'needs an account' }] });
