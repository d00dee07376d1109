import type { FieldError } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';

/** Every refusal of this service: its HTTP status and public title. */
const PROBLEMS = {
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  invalid_request: { status: 400, title: 'The request is not as the API describes it' },
  wrong_credentials: { status: 401, title: 'The e-mail address or the password is wrong' },
  not_found: { status: 404, title: 'There is no such thing, or it is not yours' },
  email_taken: { status: 409, title: 'There is an account with this e-mail address' },
  overloaded: { status: 503, title: 'Too many requests are waiting for an answer' },
} as const;

/** `throw problem('email_taken')` */
export const problem = (
  code: keyof typeof PROBLEMS,
  more: { detail?: string; errors?: FieldError[] } = {},
): ProblemError => new ProblemError({ code, ...PROBLEMS[code], ...more });
