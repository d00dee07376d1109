import type { FastifyRequest } from 'fastify';
import type { LogInOrigin } from '@berth/contracts';

const LONGEST_USER_AGENT = 256;

/** Where a request comes from: what somebody recognises their own by, and what attempts are counted by. */
export const originOf = ({ ip, headers }: FastifyRequest): LogInOrigin => ({
  address: ip,
  userAgent: (headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT),
});

/** Who orders what is on a route without identity. */
export const NOBODY = { actor: { kind: 'system', id: 'gateway' } } as const;
