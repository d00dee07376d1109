import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { changesSomething, refusalOf, type Route } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { nameInLogs } from '@berth/telemetry';
import { AuditTrail } from '../audit/audit-trail.ts';
import { Config } from '../config.ts';
import { routeOf } from '../http/endpoint.ts';
import { Admission } from '../limits/admission.ts';
import { networkOf } from '../limits/network.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import type { AnyCaller } from './caller.ts';
import { CallerPassports, type Passports } from './caller-passports.ts';
import { credentialOf } from './credential.ts';
import { Identities } from './identities.ts';
import { liesIn } from './networks.ts';
import { isSameOrigin } from './same-origin.ts';
import { SessionCookie } from './session-cookie.ts';

/**
 * Lets a request through to its handler when the route is public, or its caller is known and may do this, neither asks too
 * often, and there is a place for it.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('Access');

  constructor(
    private readonly identities: Identities,
    private readonly cookie: SessionCookie,
    private readonly config: Config,
    private readonly limits: RateLimits,
    private readonly admission: Admission,
    private readonly trail: AuditTrail,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const route = routeOf(context);
    const { permission, unlimited } = route;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (permission === 'public') {
      if (unlimited) return true;
      await this.limits.ofAddress(request, reply);
      this.admission.enter(route, networkOf(request.ip), request, reply);
      return true;
    }
    const caller = await this.authenticate(route, request, reply);
    await this.limits.ofCaller(caller, route, reply);
    nameInLogs({ accountId: caller.accountId });
    const refusal = refusalOf(caller, permission);
    if (refusal !== null) {
      this.logger.log({ requestId: request.id, actor: caller.actor, permission }, 'Denied');
      const denial = problem('forbidden', { detail: refusal });
      if (changesSomething(route)) this.trail.notDone(route, request, caller, denial);
      throw denial;
    }
    request.caller = caller;
    this.admission.enter(route, caller.accountId, request, reply);
    return true;
  }

  private async authenticate(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<AnyCaller> {
    const credential = credentialOf(request, this.cookie);
    if (!credential) {
      await this.limits.ofAddress(request, reply);
      throw problem('unauthenticated');
    }
    let elsewhere: AnyCaller | null = null;
    if (credential !== 'malformed') {
      if (credential.from === 'cookie' && !isSameOrigin(request, this.config.publicUrl))
        throw problem('cross_site');
      const { secret } = credential;
      const identity = await this.identities.of(secret);
      if (identity && liesIn(identity.caller.networks, request.ip)) {
        request.credential = secret;
        request.passports = new CallerPassports(identity.passports, () => this.renewed(secret));
        return identity.caller;
      }
      elsewhere = identity?.caller ?? null;
    }
    await this.limits.ofAddress(request, reply);
    const denial = problem('unauthenticated', { detail: 'The credential is unknown, expired or revoked.' });
    if (elsewhere) {
      this.logElsewhere(elsewhere, request);
      this.trail.notDone(route, request, elsewhere, denial);
    }
    // https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    reply.header('www-authenticate', 'Bearer realm="berth", error="invalid_token"');
    throw denial;
  }

  private async renewed(credential: string): Promise<Passports> {
    const identity = await this.identities.of(credential);
    if (!identity) throw problem('unauthenticated');
    return identity.passports;
  }

  /** Who uses a token from elsewhere may have stolen it, and is answered like any stranger: only the log and the account's audit trail say why. */
  private logElsewhere(
    { accountId, actor }: AnyCaller,
    { id: requestId, ip: address }: FastifyRequest,
  ): void {
    this.logger.warn(
      { requestId, accountId, actor, address },
      'An API token was used from outside its networks',
    );
  }
}
