import { ProblemError } from '@berth/messaging';

/** Every refusal of this service: HTTP status and public text. */
const PROBLEMS = {
  not_found: { status: 404, title: 'There is no such thing, or it is not yours' },
  invalid_cursor: { status: 400, title: 'The cursor is not one that a list has given' },
} as const;

export const problem = (code: keyof typeof PROBLEMS) => new ProblemError({ code, ...PROBLEMS[code] });
