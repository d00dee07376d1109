import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { routes } from './http/routes.ts';
import type { Route } from './http/route.ts';
import { isSecret, secret, withoutSecrets } from './secret.ts';

const Password = secret(z.string());

describe('what is declared a secret', () => {
  test.each<[string, z.ZodType, unknown, unknown]>([
    [
      'is left out',
      z.object({ email: z.string(), password: Password }),
      { email: 'a', password: 'x' },
      { email: 'a' },
    ],
    ['may be absent or null', z.object({ p: Password.nullish() }), { p: 'x' }, {}],
    [
      'lies deep inside',
      z.object({ at: z.object({ p: Password, q: z.string() }) }),
      { at: { p: 'x', q: 'y' } },
      { at: { q: 'y' } },
    ],
    [
      'lies inside what may be absent',
      z.object({ at: z.object({ p: Password }).optional() }),
      { at: { p: 'x' } },
      { at: {} },
    ],
    ['is of many', z.object({ all: z.array(Password) }), { all: ['x'] }, { all: [] }],
    [
      'lies in each of many',
      z.array(z.object({ p: Password, q: z.string() })),
      [{ p: 'x', q: 'y' }],
      [{ q: 'y' }],
    ],
    [
      'may be something else instead',
      z.object({ p: z.union([z.null(), z.object({ p: Password })]) }),
      { p: { p: 'x' } },
      {},
    ],
    ['has any name', z.object({ all: z.record(z.string(), Password) }), { all: { a: 'x' } }, {}],
  ])('%s', (_, schema, given, left) => expect(withoutSecrets(schema, given)).toEqual(left));

  test('hides nothing else, and what the schema does not know is left out too', () => {
    const schema = z.object({
      name: z.string(),
      tags: z.record(z.string(), z.string()),
      networks: z.array(z.string()),
    });
    const given = { name: 'Orders', tags: { team: 'sales' }, networks: ['192.0.2.7'] };
    expect(withoutSecrets(schema, { ...given, pasword: 'x', __proto__: { hidden: 'x' } })).toEqual(given);
  });
});

/** What a secret is likely to be called. */
const TELLING = /pass|secret|token|code|credential|invitation|private|otp|pin$/i;

/** The fields of a body, with the way to each. */
function* fieldsOf(schema: z.ZodType, way: string): Generator<[string, z.ZodType]> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return yield* fieldsOf(schema.unwrap() as z.ZodType, way);
  if (schema instanceof z.ZodArray) return yield* fieldsOf(schema.element as z.ZodType, `${way}[]`);
  if (!(schema instanceof z.ZodObject)) return;
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
    yield [`${way}.${name}`, field];
    yield* fieldsOf(field, `${way}.${name}`);
  }
}

test('every field of a request that is called like a secret is declared one', () => {
  const fields = Object.entries<Route>(routes).flatMap(([name, { body }]) =>
    body ? [...fieldsOf(body, name)] : [],
  );
  expect(fields.length).toBeGreaterThan(30);
  const declared = fields.filter(([, schema]) => isSecret(schema)).map(([way]) => way);
  expect(declared).toEqual(
    expect.arrayContaining(['logIn.password', 'changePassword.newPassword', 'acceptInvitation.invitation']),
  );
  const called = fields.filter(([way]) => TELLING.test(way.slice(way.lastIndexOf('.')))).map(([way]) => way);
  // Say `secret(…)` around the schema of what is listed here, or call it something else.
  expect(called.filter((way) => !declared.includes(way))).toEqual([]);
});
