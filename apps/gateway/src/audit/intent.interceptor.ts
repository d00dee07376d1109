import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { changesSomething } from '@berth/contracts';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { routeOf } from '../http/endpoint.ts';
import { AuditTrail } from './audit-trail.ts';

/** Of all interceptors the last: what a known caller asks for is valid, and is in the audit trail before it is done. */
@Injectable()
export class IntentInterceptor implements NestInterceptor {
  constructor(private readonly trail: AuditTrail) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = routeOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.caller && changesSomething(route)) await this.trail.begin(route, request, request.caller);
    return next.handle();
  }
}
