import type { Server } from 'node:http';
import cookie from '@fastify/cookie';
import { NotFoundException } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { Config } from '../config.ts';
import { registerConsoleFiles } from '../console/console-files.ts';
import { routedUrl } from '../console/console-path.ts';
import { noteRoute } from './observed.ts';
import { isJson } from './body.ts';
import { ProblemFilter } from './problem.filter.ts';
import { httpServer } from './server.ts';
import type { StoppableServer } from './stoppable-server.ts';

/** Any path fits into Node's limit for headers; a long id is one that does not exist, not an error of its own. */
const LONGEST_PARAMETER = 16 * 1024;

/** Fastify, with nothing read, guessed or answered before the access guard has seen the request. */
export async function fastifyAdapter(config: Config): Promise<FastifyAdapter> {
  const problems = new ProblemFilter();
  let server: StoppableServer;
  const options: FastifyServerOptions<Server> = {
    serverFactory: (listener) => (server = httpServer(listener, config)),
    // The server has its own.
    clientErrorHandler: () => {},
    trustProxy: config.trustedProxies.length > 0 && config.trustedProxies,
    genReqId: (request) => String(request.headers['x-request-id']),
    return503OnClosing: false,
    ...(config.consoleFolder !== undefined && { rewriteUrl: routedUrl }),
    routerOptions: { maxParamLength: LONGEST_PARAMETER, querystringParser: () => ({}) },
    // A path that cannot be decoded names nothing.
    frameworkErrors: (_error, request, reply) => problems.answer(new NotFoundException(), request, reply),
  };
  const adapter = new FastifyAdapter({ ...options, multipart: false });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _stream, done) => done(null));
  fastify.addHook('onRequest', (request, _reply, done) => {
    noteRoute(request);
    // What is no media type at all Fastify would refuse before anybody has asked who it comes from.
    const { 'content-type': type } = request.headers;
    if (type !== undefined && !isJson(type)) request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
  fastify.addHook('onSend', async (_request, reply) => {
    // Kept alive, the connection would hold up the stop, or be closed under the next request.
    if (server.leaving || !server.listening) reply.header('connection', 'close');
  });
  await fastify.register(cookie);
  if (config.consoleFolder !== undefined) await registerConsoleFiles(fastify, config.consoleFolder);
  return adapter;
}
