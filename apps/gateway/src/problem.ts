import type { ProblemBody } from '@berth/contracts';
import { ProblemError } from '@berth/messaging';
import { PROBLEMS, type ProblemCode } from './errors.ts';

/** A refusal with the status and title of its code; thrown anywhere, answered by the problem filter. */
export function problem(
  code: ProblemCode,
  {
    cause,
    ...more
  }: Partial<Pick<ProblemBody, 'detail' | 'errors' | 'extensions'>> & { cause?: unknown } = {},
): ProblemError {
  const error = new ProblemError({ code, ...PROBLEMS[code], ...more });
  error.cause = cause;
  return error;
}
