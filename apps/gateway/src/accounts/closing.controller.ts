import { Readable } from 'node:stream';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '@berth/clock';
import {
  CloseAccount,
  GetMe,
  ListProtectedServers,
  ReopenAccount,
  routes,
  type Principal,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { carryingOn } from '../access/caller-passports.ts';
import { Caller } from '../access/caller.ts';
import { inSession } from '../access/in-session.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { accountFile } from './account-file.ts';

@Controller()
export class ClosingController {
  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  @Endpoint(routes.closeAccount)
  async close(@Caller() who: Principal, @Given() { body }: InputOf<'closeAccount'>) {
    const { userId } = inSession(who);
    const { accountId } = who;
    const { items } = await this.bus.ask(ListProtectedServers, { accountId });
    if (items.length > 0) throw protectedServers(items);
    return this.bus.order(CloseAccount, { ...body, accountId, userId }, who);
  }

  @Endpoint(routes.reopenAccount)
  reopen(@Caller() who: Principal) {
    const { userId } = inSession(who);
    return this.bus.order(ReopenAccount, { accountId: who.accountId, userId }, who);
  }

  @Endpoint(routes.exportAccount)
  async export(
    @Req() { method }: FastifyRequest,
    @Caller() { accountId, userId }: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const now = this.clock.now();
    const me = await this.bus.ask(GetMe, { accountId, userId });
    reply.header('content-type', 'application/json; charset=utf-8');
    reply.header(
      'content-disposition',
      `attachment; filename="account-${now.toISOString().slice(0, 10)}.json"`,
    );
    return Readable.from(method === 'HEAD' ? [] : carryingOn(accountFile(this.bus, me, now)));
  }
}

/** The customer wanted these kept, whatever happens. */
const protectedServers = (servers: { id: string; name: string }[]) =>
  problem('server_protected', {
    detail: `Protected: ${servers.map(({ name }) => name).join(', ')}.`,
    extensions: { servers },
  });
