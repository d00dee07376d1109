import type { Readable } from 'node:stream';
import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '@berth/contracts';
import type { z } from 'zod';
import type { Input } from './input.ts';

const ROUTE = 'berth:route';

type AnswerOf<R extends Route> = (R['success'] extends { events: object }
  ? Readable
  : R['success'] extends { files: object }
    ? Readable | BodyOf<R, never>
    : BodyOf<R, unknown>) &
  (R extends { etag: true } ? { etag: string } : unknown);
type BodyOf<R extends Route, Otherwise> = R['success']['body'] extends z.ZodType
  ? z.input<R['success']['body']>
  : Otherwise;

/** Makes a method the handler of a route; the compiler checks that it answers what the route promises. */
export function Endpoint<R extends Route>(route: R) {
  return <Method extends (...given: never[]) => AnswerOf<R> | Promise<AnswerOf<R>>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void =>
    applyDecorators(
      RequestMapping({ method: RequestMethod[route.method], path: nestPath(route) }),
      HttpCode(route.success.status),
      SetMetadata(ROUTE, route),
    )(target, key, descriptor);
}

/** What came in with the request, checked against its route: see {@link Input}. */
export const Given = createParamDecorator(
  (_: unknown, context: ExecutionContext): Input => context.switchToHttp().getRequest<FastifyRequest>().input,
);

/** Fires when the client has gone away before it was answered. */
export const Gone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const gone = new AbortController();
  context
    .switchToHttp()
    .getResponse<FastifyReply>()
    .raw.once('close', () => gone.abort());
  return gone.signal;
});

/** The route a handler serves. A handler without one is a mistake, and nobody gets in. */
export function routeOf(context: Pick<ExecutionContext, 'getHandler'>): Route {
  const route = routeServedBy(context.getHandler());
  if (!route) throw new Error(`${context.getHandler().name} serves no route`);
  return route;
}

/** The route that a method was made the handler of by {@link Endpoint}, if it was. */
export const routeServedBy = (handler: object): Route | undefined => Reflect.getMetadata(ROUTE, handler);

const nestPath = ({ path }: Route): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
