import type { FastifyReply, FastifyRequest } from 'fastify';
import { Injectable } from '@nestjs/common';
import { Config } from '../config.ts';

/**
 * The cookie that holds a session's credential. Over HTTPS it is `__Host-`: only this very host, by HTTPS, can set it
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix). Browsers take no
 * `Secure` cookie from plain HTTP everywhere, so on localhost it has another name and no such promise.
 */
@Injectable()
export class SessionCookie {
  private readonly name: string;
  private readonly attributes;

  constructor(config: Config) {
    this.name = config.secure ? '__Host-berth_session' : 'berth_session';
    this.attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure: config.secure } as const;
  }

  read(request: FastifyRequest): string | undefined {
    return request.cookies[this.name];
  }

  set(reply: FastifyReply, credential: string, expiresAt: string): void {
    reply.setCookie(this.name, credential, { ...this.attributes, expires: new Date(expiresAt) });
  }

  clear(reply: FastifyReply): void {
    reply.clearCookie(this.name, this.attributes);
  }
}
