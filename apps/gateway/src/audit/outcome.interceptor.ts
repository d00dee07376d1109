import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { changesSomething } from '@berth/contracts';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { routeOf } from '../http/endpoint.ts';
import { shownFor } from '../http/problem.filter.ts';
import { AuditTrail } from './audit-trail.ts';

/** Of all interceptors the first: tells the audit trail what is about to be answered, whoever answers it. */
@Injectable()
export class OutcomeInterceptor implements NestInterceptor {
  constructor(private readonly trail: AuditTrail) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const route = routeOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    if (!caller || !changesSomething(route)) return next.handle();
    return next.handle().pipe(
      tap({
        next: (answer) => this.trail.done(route, request, caller, answer),
        error: (error: unknown) => this.trail.notDone(route, request, caller, shownFor(error)),
      }),
    );
  }
}
