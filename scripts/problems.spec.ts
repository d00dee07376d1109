import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import * as contracts from '@berth/contracts';
import { problemsOf, routes, type RequestContract, type Route } from '@berth/contracts';

const root = new URL('..', import.meta.url).pathname;
const sources = (pattern: string): string[] =>
  globSync(pattern, { cwd: root })
    .filter((file) => !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(root + file, 'utf8'));

/** `@Endpoint(routes.pauseServer) … this.bus.order(PauseServer, …)`: which route asks which service. */
const asks = sources('apps/gateway/src/**/*.controller.ts').flatMap((source) =>
  source
    .split('@Endpoint(')
    .slice(1)
    .flatMap((endpoint) => {
      const route = /^routes\.(\w+)/.exec(endpoint)?.[1];
      const request = /\bbus\s*\.(?:ask|order)\(\s*(\w+)/.exec(endpoint)?.[1];
      if (route === undefined || request === undefined) return [];
      const { service } = contracts[request as keyof typeof contracts] as unknown as RequestContract;
      return [{ service: service as string, route: routes[route as keyof typeof routes] as Route }];
    }),
);
const services = [...new Set(asks.map(({ service }) => service))];

const thrownBy = (service: string): string[] => [
  ...new Set(
    sources(`apps/${service}/src/**/*.ts`).flatMap((source) =>
      [...source.matchAll(/\bproblem\(\s*'(\w+)'/g)].map(([, code]) => code ?? ''),
    ),
  ),
];

test('every service that answers routes is found, and what it throws', () => {
  expect(services).toEqual(expect.arrayContaining(['accounts', 'billing', 'provisioning']));
  expect(asks.length).toBeGreaterThan(15);
  expect(thrownBy('provisioning').length).toBeGreaterThan(8);
});

describe.each(services)('every problem that %s throws', (service) => {
  test('is in the list of a route that asks it', () => {
    const listed = asks.filter((each) => each.service === service).flatMap(({ route }) => problemsOf(route));
    expect(thrownBy(service).filter((code) => !listed.some((each) => each === code))).toEqual([]);
  });
});
