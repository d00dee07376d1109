import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BeginSession, EndSession, EndSessions, ListSessions, LogOut, routes } from '@berth/contracts';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { Identities } from '../access/identities.ts';
import { inSession } from '../access/in-session.ts';
import { SessionCookie } from '../access/session-cookie.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { NOBODY, originOf } from '../http/origin.ts';
import { LogInBreaker } from './log-in-breaker.ts';

@Controller()
export class SessionsController {
  constructor(
    private readonly bus: Bus,
    private readonly cookie: SessionCookie,
    private readonly identities: Identities,
    private readonly breaker: LogInBreaker,
  ) {}

  @Endpoint(routes.logIn)
  async logIn(
    @Given() { body }: InputOf<'logIn'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const credentials = { ...body, origin: originOf(request) };
    const session = await this.breaker.run(() => this.bus.order(BeginSession, credentials, NOBODY));
    this.cookie.set(reply, session.accessToken, session.expiresAt);
    return session;
  }

  @Endpoint(routes.logOut)
  async logOut(@Caller() who: AnyCaller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { sessionId } = inSession(who);
    try {
      await this.bus.order(LogOut, { accountId: who.accountId, sessionId }, who);
    } finally {
      this.identities.forgetCredential(sessionId);
    }
    this.cookie.clear(reply);
  }

  @Endpoint(routes.listSessions)
  list(@Caller() who: AnyCaller, @Given() { query }: InputOf<'listSessions'>) {
    return this.bus.ask(ListSessions, { ...inSession(who), ...query });
  }

  @Endpoint(routes.endSession)
  async end(@Caller() who: AnyCaller, @Given() { params }: InputOf<'endSession'>) {
    const { userId } = inSession(who);
    try {
      await this.bus.order(EndSession, { userId, endedId: params.id }, who);
    } finally {
      this.identities.forgetCredential(params.id);
    }
  }

  @Endpoint(routes.endSessions)
  async endAll(@Caller() who: AnyCaller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { userId, sessionId } = inSession(who);
    try {
      await this.bus.order(EndSessions, { userId }, who);
    } finally {
      this.identities.forgetCredential(sessionId);
    }
    this.cookie.clear(reply);
  }
}
