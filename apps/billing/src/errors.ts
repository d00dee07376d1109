import { ProblemError } from '@berth/messaging';

/** Every refusal of this service: its HTTP status and public title. */
const PROBLEMS = {
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
} as const;

/** `throw problem('invalid_cursor')` */
export const problem = (code: keyof typeof PROBLEMS): ProblemError =>
  new ProblemError({ code, ...PROBLEMS[code] });
