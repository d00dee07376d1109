import { ProblemError } from '@berth/messaging';

/** Every refusal of this service: its HTTP status and public title. */
const PROBLEMS = {
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  not_found: { status: 404, title: 'There is no such thing, or it is not yours' },
} as const;

/** `throw problem('not_found')` */
export const problem = (code: keyof typeof PROBLEMS): ProblemError =>
  new ProblemError({ code, ...PROBLEMS[code] });
