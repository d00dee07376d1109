import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { carrying } from './caller-passports.ts';

/** Lets whatever a handler asks be asked with its caller's passports. */
@Injectable()
export class PassportsInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { passports } = context.switchToHttp().getRequest<FastifyRequest>();
    return carrying(passports, () => next.handle());
  }
}
