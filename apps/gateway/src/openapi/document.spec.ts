import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PROBLEMS, routes, type Route } from '@berth/contracts';
import { openApiDocument, openApiText } from './document.ts';
import { bodyExamples } from './examples.ts';

const document = JSON.parse(JSON.stringify(openApiDocument()));

interface Operation {
  operationId: string;
  tags: string[];
  security?: object[];
  parameters?: { in: string; name: string; required?: boolean }[];
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, object> }>;
}
const operations: [string, Operation][] = Object.entries<Record<string, Operation>>(document.paths).flatMap(
  ([path, item]) =>
    Object.entries(item).map(([method, each]): [string, Operation] => [`${method} ${path}`, each]),
);

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner;
    else yield* refsIn(inner);
  }
}

const resolve = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Record<string, unknown> | undefined>(
      (at, part) => at?.[part] as Record<string, unknown>,
      document,
    );

describe('the document', () => {
  test('is the one in docs/generated; otherwise run npm run generate', () => {
    const file = new URL('../../../../docs/generated/openapi.json', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(openApiText());
  });

  test('is OpenAPI 3.1 with what that requires', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Berth', version: '1' } });
    expect(document.components.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
      session: { type: 'apiKey', in: 'cookie', name: '__Host-berth_session' },
    });
    for (const name of Object.values<object>(document.components).flatMap(Object.keys)) {
      expect(name).toMatch(/^[a-zA-Z0-9._-]+$/);
    }
  });

  test('lists every route and nothing else', () => {
    const declared = Object.values<Route>(routes).map(
      ({ method, path }) => `${method.toLowerCase()} ${path}`,
    );
    expect(operations.map(([name]) => name).sort()).toEqual(declared.sort());
  });

  test('has no reference that leads nowhere, and no component that nobody refers to', () => {
    const refs = new Set(refsIn(document));
    expect(refs.size).toBeGreaterThan(20);
    expect([...refs].filter((ref) => !ref.startsWith('#/') || resolve(ref) === undefined)).toEqual([]);
    const { securitySchemes: _schemes, examples: _examples, ...components } = document.components;
    const named = Object.entries<object>(components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `#/components/${kind}/${name}`),
    );
    expect(named.filter((name) => !refs.has(name))).toEqual([]);
  });

  test('names every operation once', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('tells clients to accept new fields in answers and to send none that are unknown', () => {
    expect(document.components.schemas.Server.additionalProperties).toBeUndefined();
    expect(document.paths['/v1/servers'].post.requestBody.content['application/json'].schema).toMatchObject({
      additionalProperties: false,
    });
  });
});

describe.each(operations)('%s', (name, operation) => {
  test('declares the parameters of its path, its tag and its answers', () => {
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    const declared = operation.parameters?.filter((each) => each.in === 'path') ?? [];
    expect(declared.map((each) => each.name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
    expect(document.tags).toContainEqual({ name: operation.tags[0] });
    for (const response of Object.values(operation.responses)) {
      expect((response.$ref ? resolve(response.$ref) : response) as object).toHaveProperty('description');
    }
  });

  test('says who may call it', () => {
    const route = Object.entries<Route>(routes).find(([id]) => id === operation.operationId)?.[1];
    expect(operation.security).toEqual(route?.permission === 'public' ? [] : undefined);
    expect('401' in operation.responses).toBe(
      route?.permission !== 'public' || operation.operationId === 'logIn',
    );
  });
});

test.each(Object.entries(bodyExamples))('the example of %s is a valid body', (name, body) => {
  expect(routes[name as 'launchServer'].body.parse(body)).toEqual(body);
});

test('every code has an example, whose type leads to the page of problems', () => {
  expect(Object.keys(document.components.examples)).toEqual(Object.keys(PROBLEMS));
  for (const [code, { value }] of Object.entries<{ value: object }>(document.components.examples)) {
    expect(value).toMatchObject({ code, type: `/problems#${code}` });
  }
});
