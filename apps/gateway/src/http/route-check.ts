import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { routes, type Route } from '@berth/contracts';
import { pages } from '../pages/pages.ts';
import { routeServedBy } from './endpoint.ts';

/** Fails the start unless every route and page has exactly one handler, and no handler serves anything else. */
@Injectable()
export class RouteCheck implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const wrong = mismatches(
      [...Object.values<Route>(routes), ...Object.values<Route>(pages)],
      this.served(),
    );
    if (wrong.length > 0) throw new Error(`Routes and handlers do not match: ${wrong.join('; ')}`);
  }

  private served(): Route[] {
    const scanner = new MetadataScanner();
    return [...this.modules.values()]
      .flatMap(({ controllers }) => [...controllers.values()])
      .flatMap(({ metatype }) => {
        const prototype: Record<string, object> = metatype?.prototype;
        return scanner.getAllMethodNames(prototype).map((name) => routeServedBy(prototype[name] ?? {}));
      })
      .filter((route) => route !== undefined);
  }
}

/** In words, what is declared and not served, served and not declared, or served twice; none when all is right. */
export function mismatches(declared: readonly Route[], served: readonly Route[]): string[] {
  const name = ({ method, path }: Route) => `${method} ${path}`;
  return [
    ...declared.filter((route) => !served.includes(route)).map((route) => `nobody serves ${name(route)}`),
    ...served.filter((route) => !declared.includes(route)).map((route) => `${name(route)} is not declared`),
    ...served
      .filter((route, index) => served.indexOf(route) !== index)
      .map((route) => `${name(route)} is served twice`),
  ];
}
