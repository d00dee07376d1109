import { FieldError, routes, type Route } from '@berth/contracts';
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../errors.ts';
import { problemDocument } from '../http/problem-document.ts';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

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
      const { title } = PROBLEMS[code];
      return [code, { summary: title, value: problemDocument({ code, ...PROBLEMS[code] }, seen) }];
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
  const codes = codesOf(route);
  const statuses = new Set(codes.map((code) => PROBLEMS[code].status));
  return [...statuses].map((status) => ({
    status,
    codes: codes.filter((code) => PROBLEMS[code].status === status),
  }));
}

function response({ status, codes }: Group) {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' as const },
      ...(status === 503 && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' as const } }),
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

/** Every code a route may answer: those it declares, then those its parts imply. Throws for one that errors.ts lacks. */
export function codesOf(route: Route): ProblemCode[] {
  const writes = route.method !== 'GET';
  const implied: (ProblemCode | false)[] = [
    'invalid_request',
    writes && 'malformed_json',
    route.idempotency === 'required' && 'idempotency_key_required',
    route.permission !== 'public' && 'unauthenticated',
    route.permission !== 'public' && 'forbidden',
    route.permission !== 'public' && writes && 'cross_site',
    writes && 'body_too_large',
    writes && 'unsupported_media_type',
    route.idempotency !== undefined && 'idempotency_key_reused',
    'internal_error',
    writes && 'outcome_unknown',
    'dependency_unavailable',
    'overloaded',
  ];
  return [...new Set([...route.problems.map(known), ...implied.filter((code) => code !== false)])];
}

function known(code: string): ProblemCode {
  const found = CODES.find((each) => each === code);
  if (!found) throw new Error(`The problem ${code} is not in errors.ts`);
  return found;
}
