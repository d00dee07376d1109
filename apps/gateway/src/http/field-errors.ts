import type { FieldError } from '@berth/contracts';
import type { z } from 'zod';

/** So many say enough; a body of nothing but errors must not make a larger answer. */
const MOST_ERRORS = 20;
const LONGEST_POINTER = 200;

/** What zod found, as JSON pointers (RFC 6901) into the body or query. Never says what was given: it may be secret. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap(fieldErrorsOf).slice(0, MOST_ERRORS);
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(issue.path), detail: issue.message }];
  return issue.keys
    .slice(0, MOST_ERRORS)
    .map((key) => ({ pointer: pointer([...issue.path, key]), detail: 'There is no such field' }));
}

/** A path into the body or query as a JSON pointer, cut at 200 characters. */
export function pointer(path: readonly PropertyKey[]): string {
  const text = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return text.slice(0, LONGEST_POINTER).toWellFormed();
}
