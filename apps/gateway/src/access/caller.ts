import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AnyPrincipal, Principal } from '@berth/contracts';
import type { CallerPassports } from './caller-passports.ts';

/** Everybody who may call: members of accounts, and staff. A route's permission says which of them get in. */
export type AnyCaller = AnyPrincipal;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard; absent on public routes. */
    caller?: AnyCaller;
    /** What the caller showed; set with it. */
    credential?: string;
    /** What services are asked with for the caller; set with it. */
    passports?: CallerPassports;
  }
}

/** Who calls, as the access guard found out. Not for public routes. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): AnyCaller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('A public route has no caller');
  return caller;
});

/** What the caller showed to be known by: for what goes on and has to ask again. Not for public routes. */
export const Credential = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { credential } = context.switchToHttp().getRequest<FastifyRequest>();
  if (credential === undefined) throw new Error('A public route has no credential');
  return credential;
});

/** On whose behalf and by whom: what every order to a service carries. */
export const orderedBy = ({ accountId, actor }: Principal) => ({ accountId, actor });
