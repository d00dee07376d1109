import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isProblemCode, type ProblemCode } from '@berth/contracts';
import { problem, ProblemError } from '@berth/messaging';
import { allowedMethods } from './paths.ts';
import { PROBLEM_TYPE, problemDocument, problemHeaders } from './problem-document.ts';

/** Answers every failure as a problem, whoever threw it: a handler, a guard, the router or the body's reader. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Logs what is our fault, but for mere numbers, and answers. Nothing is sent to a client that is gone. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (isNoRoute(error)) return this.answerUnknownPath(request, reply);
    const shown = shownFor(error);
    // A line for each request that is too many would be too much itself; the metrics count them.
    if (shown.status >= 500 && shown.code !== 'overloaded' && !reply.raw.destroyed)
      this.log(shown, error, request);
    this.send(shown, request, reply);
  }

  private answerUnknownPath(request: FastifyRequest, reply: FastifyReply): void {
    const allowed = allowedMethods(request.raw.url ?? '');
    const isTaken = allowed.includes(request.method) && request.method !== 'OPTIONS';
    if (allowed.length === 0 || isTaken) return this.send(problem('not_found'), request, reply);
    reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') return void reply.code(204).send();
    this.send(problem('method_not_allowed'), request, reply);
  }

  private send(shown: ProblemError, request: FastifyRequest, reply: FastifyReply): void {
    reply.headers({ ...problemHeaders(shown), ...reply.getHeaders(), 'content-type': PROBLEM_TYPE });
    const document = problemDocument(shown, { requestId: request.id, url: request.raw.url ?? '' });
    void reply.code(shown.status).send(JSON.stringify(document));
  }

  private log(shown: ProblemError, error: unknown, request: FastifyRequest): void {
    const facts = {
      requestId: request.id,
      method: request.method,
      path: request.routeOptions.url,
      code: shown.code,
    };
    if (shown.code === 'internal_error') this.logger.error(facts, error, 'Request failed');
    else this.logger.warn({ ...facts, cause: messageOf(shown.cause) }, 'Request could not be answered');
  }
}

/** What Fastify itself refuses. */
const CODE_OF_STATUS: Record<number, ProblemCode | undefined> = {
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

/** The problem that a failure is answered with. */
export function shownFor(error: unknown): ProblemError {
  if (error instanceof ProblemError) return settled(error);
  if (error instanceof HttpException)
    return problem(CODE_OF_STATUS[error.getStatus()] ?? 'malformed_request');
  return problem('internal_error');
}

/** 404 tells nothing of why; a fault that only its service knows by name is of no use to a client. */
function settled(error: ProblemError): ProblemError {
  if (error.code === 'not_found') return problem('not_found');
  if (error.status < 500 || isProblemCode(error.code)) return error;
  return problem(error.status === 500 ? 'internal_error' : 'dependency_unavailable', { cause: error });
}

/** What Nest throws when no route matches; nothing else throws it, services say `not_found` by a problem. */
const isNoRoute = (error: unknown): boolean => error instanceof HttpException && error.getStatus() === 404;

const messageOf = (cause: unknown): string | undefined =>
  cause instanceof Error ? cause.message : undefined;
