import type { ProblemBody } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';

/** Every refusal of this service: its HTTP status and public title. */
const PROBLEMS = {
  not_found: { status: 404, title: 'There is no such thing, or it is not yours' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  unknown_offer: { status: 422, title: 'The catalog does not offer this' },
  hostname_taken: { status: 409, title: 'The host name is taken' },
  hostname_reserved: { status: 422, title: 'The host name is reserved' },
  quota_exceeded: { status: 422, title: 'The account has reached its limit' },
  account_suspended: { status: 403, title: 'The account is suspended' },
  server_locked: { status: 409, title: 'Another operation is running on the server' },
  server_protected: { status: 409, title: 'The server is protected from being terminated' },
  invalid_state: { status: 409, title: 'This is not possible in the present state' },
  not_cancelable: { status: 409, title: 'This operation can no longer be cancelled' },
  catalog_missing: { status: 503, title: 'The catalog has not arrived yet' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** `throw problem('invalid_state', { detail: 'It is paused' })` */
export const problem = (
  code: ProblemCode,
  more: Pick<ProblemBody, 'detail' | 'errors' | 'extensions'> = {},
): ProblemError => new ProblemError({ code, ...PROBLEMS[code], ...more });
