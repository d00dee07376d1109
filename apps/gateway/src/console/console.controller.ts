import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, NotFoundException, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import { homePage } from '../pages/html.ts';
import { pages } from '../pages/pages.ts';

/** Scripts, fonts and calls from here only. Mantine puts style elements into the page, whose content no hash can foretell. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** The web console, files that `@fastify/static` sends; without one a page that says what this is. */
@Controller()
export class ConsoleController {
  constructor(private readonly config: Config) {}

  @Endpoint(pages.home)
  async home(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const { consoleFolder: folder } = this.config;
    if (folder === undefined) return reply.type('text/html; charset=utf-8').send(homePage);
    // By its content: of two builds it is often as long, and images of containers are often made without times.
    const etag = `W/"${createHash('sha256')
      .update(await indexOf(folder))
      .digest('base64url')}"`;
    reply.headers({
      etag,
      'cache-control': 'no-cache',
      'content-security-policy': POLICY,
      vary: 'accept, accept-encoding',
    });
    if (request.headers['if-none-match']?.includes(etag.slice(2))) return reply.code(304).send();
    return reply.sendFile('index.html', { cacheControl: false, etag: false, lastModified: false });
  }

  @Endpoint(pages.consoleAsset)
  asset(@Given() { params }: { params: { name: string } }, @Res() reply: FastifyReply) {
    if (this.config.consoleFolder === undefined) throw new NotFoundException();
    // The name carries a hash of the content.
    return reply.sendFile(`assets/${params.name}`, { maxAge: '365d', immutable: true });
  }

  @Endpoint(pages.consoleFile)
  file(@Given() { params }: { params: { name: string; extension: string } }, @Res() reply: FastifyReply) {
    if (this.config.consoleFolder === undefined) throw new NotFoundException();
    return reply.sendFile(`${params.name}.${params.extension}`, { maxAge: '1h' });
  }
}

/** While another build takes its place there is none. */
const indexOf = (folder: string): Promise<Buffer> =>
  readFile(join(folder, 'index.html')).catch(() => {
    throw new NotFoundException();
  });
