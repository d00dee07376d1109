import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BeginSession, LogOut, routes } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { Caller, type AnyCaller } from '../access/caller.ts';
import { Identities } from '../access/identities.ts';
import { SessionCookie } from '../access/session-cookie.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';

@Controller()
export class SessionsController {
  constructor(
    private readonly bus: Bus,
    private readonly cookie: SessionCookie,
    private readonly identities: Identities,
  ) {}

  @Endpoint(routes.logIn)
  async logIn(@Given() { body }: InputOf<'logIn'>, @Res({ passthrough: true }) reply: FastifyReply) {
    const session = await this.bus.order(BeginSession, body, NOBODY);
    this.cookie.set(reply, session.accessToken, session.expiresAt);
    return session;
  }

  @Endpoint(routes.logOut)
  async logOut(@Caller() who: AnyCaller, @Res({ passthrough: true }) reply: FastifyReply) {
    const { accountId, sessionId } = who;
    if (sessionId === undefined) throw problem('not_a_session', { detail: 'Revoke an API token instead.' });
    try {
      await this.bus.order(LogOut, { accountId, sessionId }, who);
    } finally {
      this.identities.forgetCredential(sessionId);
    }
    this.cookie.clear(reply);
  }
}

const NOBODY = { actor: { kind: 'system', id: 'gateway' } } as const;
