import type { ProblemBody } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';

/** Every refusal of this service: code, HTTP status, public text. */
const PROBLEMS = {
  not_found: { status: 404, title: 'There is no such thing' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours' },
  unknown_offer: { status: 422, title: 'This is not on offer' },
  hostname_taken: { status: 409, title: 'The host name is taken' },
  hostname_reserved: { status: 422, title: 'The host name is reserved' },
  quota_exceeded: { status: 422, title: 'The quota of this account does not allow it' },
  account_suspended: { status: 403, title: 'The account is suspended' },
  server_locked: { status: 409, title: 'Another operation is in progress on this server' },
  server_protected: { status: 409, title: 'The server is protected against termination' },
  invalid_state: { status: 409, title: 'The server is in no state for this' },
  not_cancelable: { status: 409, title: 'Only what waits for capacity can be cancelled' },
  catalog_missing: { status: 503, title: 'The catalog has not arrived yet' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** `throw problem('invalid_state', { detail: 'It is paused' })` */
export const problem = (
  code: ProblemCode,
  more: Pick<ProblemBody, 'detail' | 'errors' | 'extensions'> = {},
): ProblemError => new ProblemError({ code, ...PROBLEMS[code], ...more });
