import { ProblemError } from '@berth/messaging';

/** What billing refuses: code, HTTP status and public text. */
const PROBLEMS = {
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
} as const;

export const problem = (code: keyof typeof PROBLEMS) => new ProblemError({ code, ...PROBLEMS[code] });
