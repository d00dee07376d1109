import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { nameInLogs } from '@berth/telemetry';
import { Config } from '../config.ts';
import { routeOf } from '../http/endpoint.ts';
import './caller.ts';
import { credentialOf } from './credential.ts';
import { Identities } from './identities.ts';
import { mayDo } from './permissions.ts';
import { isSameOrigin } from './same-origin.ts';
import { SessionCookie } from './session-cookie.ts';

/** Lets a request through to its handler when the route is public, or its caller is known and may do this. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('Access');

  constructor(
    private readonly identities: Identities,
    private readonly cookie: SessionCookie,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const { permission } = routeOf(context);
    if (permission === 'public') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const caller = await this.authenticate(request, http.getResponse<FastifyReply>());
    nameInLogs({ accountId: caller.accountId });
    if (!mayDo(caller.role, permission)) {
      this.logger.log({ requestId: request.id, actor: caller.actor, permission }, 'Denied');
      throw problem('forbidden', { detail: `The role ${caller.role} lacks the permission ${permission}.` });
    }
    request.caller = caller;
    return true;
  }

  private async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const credential = credentialOf(request, this.cookie);
    if (!credential) throw problem('unauthenticated');
    if (credential !== 'malformed') {
      if (credential.from === 'cookie' && !isSameOrigin(request, this.config.publicUrl))
        throw problem('cross_site');
      const principal = await this.identities.of(credential.secret);
      if (principal) {
        request.credential = credential.secret;
        return principal;
      }
    }
    // https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    reply.header('www-authenticate', 'Bearer realm="berth", error="invalid_token"');
    throw problem('unauthenticated', { detail: 'The credential is unknown, expired or revoked.' });
  }
}
