import {
  FieldError,
  isProblemCode,
  PROBLEMS,
  problemsOf,
  routes,
  type ProblemCode,
  type Route,
} from '@berth/contracts';
import { z } from 'zod';
import { problemDocument } from '../http/problem-document.ts';

const CODES = Object.keys(PROBLEMS).filter(isProblemCode);

/** A problem as the API answers it. */
export const Problem = z.looseObject({
  type: z.string().meta({ format: 'uri-reference' }),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().meta({ format: 'uri-reference' }),
  code: z.string().meta({ description: 'Stable: branch on this.' }),
  requestId: z.string(),
  errors: z.array(FieldError).optional().meta({ description: 'What is wrong with which field.' }),
});

/** One example of every problem, by its code. */
export const problemExamples = () =>
  Object.fromEntries(
    CODES.map((code) => {
      const seen = { requestId: '0b0f1b5e-7d0c-4a52-9c0e-3f0d1f3c7a11', url: '/v1/servers' };
      const { status, title } = PROBLEMS[code];
      return [code, { summary: title, value: problemDocument({ code, status, title }, seen) }];
    }),
  );

/** The problems a route may answer, by status: its own and those that come with its permission, method and parts. */
export const problemResponses = (route: Route) =>
  Object.fromEntries(
    groupsOf(route).map((group) => [
      group.status,
      { $ref: `#/components/responses/${nameOf(group)}` as const },
    ]),
  );

/** Each group of problems that some route answers with one status, by its name. */
export const sharedProblemResponses = () =>
  Object.fromEntries(
    Object.values<Route>(routes)
      .flatMap(groupsOf)
      .map((group) => [nameOf(group), response(group)]),
  );

interface Group {
  status: number;
  codes: readonly ProblemCode[];
}

const nameOf = ({ codes }: Group): string => codes.join('-or-');

function groupsOf(route: Route): Group[] {
  const codes = problemsOf(route);
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return [...statuses].map((status) => ({
    status,
    codes: codes.filter((code) => PROBLEMS[code].status === status),
  }));
}

function response({ status, codes }: Group) {
  return {
    description: codes
      .map((code) => `\`${code}\`: ${PROBLEMS[code].title}. ${PROBLEMS[code].advice}`)
      .join('\n\n'),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' as const },
      ...((status === 503 || status === 429) && {
        'Retry-After': { $ref: '#/components/headers/RetryAfter' as const },
      }),
    },
    content: {
      'application/problem+json': {
        schema: Problem,
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` as const }]),
        ),
      },
    },
  };
}
