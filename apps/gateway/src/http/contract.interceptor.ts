import { Readable } from 'node:stream';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nameInLogs } from '@berth/telemetry';
import { finalize, map, type Observable } from 'rxjs';
import { routeOf } from './endpoint.ts';
import { readInput } from './input.ts';

/**
 * Holds a request to its route: what comes in is checked, and of what goes out only what the route names leaves.
 * The events of a stream, and what a file is made of, come from the bus, which holds them to the same schemas.
 */
@Injectable()
export class ContractInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = routeOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.input = await readInput(route, request);
    nameInLogs({ serverId: serverIdIn(request.input.params) });
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const leave = request.place?.hold();
    return next.handle().pipe(
      finalize(() => leave?.()),
      map((answer) => {
        if (route.etag && answer.etag) reply.header('etag', answer.etag);
        const { body } = route.success;
        return answer instanceof Readable ? answer : body?.parse(answer);
      }),
    );
  }
}

/** The server that a path names, if it names one. */
function serverIdIn(params: unknown): string | undefined {
  const { id } = Object(params) as { id?: unknown };
  return typeof id === 'string' && id.startsWith('srv_') ? id : undefined;
}
