import type { Aggregate } from './aggregate.ts';
import type { AnyLifecycle, Destination, Row, Way } from './table.ts';
import { isFirstOf } from './table.ts';

/**
 * Throws when a lifecycle can't work, listing all that is wrong with it: a state nobody reaches, an unknown target,
 * fact or effect, a waiting state without a bound, a missing billed column.
 */
export function checkLifecycle<Doc extends Aggregate<State>, State extends string>(
  lifecycle: AnyLifecycle<Doc, State>,
): void {
  const rows: [string, Row<Doc, State>][] = Object.entries(lifecycle.states);
  const violations = [
    ...(lifecycle.initial in lifecycle.states ? [] : [`the initial state ${lifecycle.initial} is unknown`]),
    ...rows.flatMap(([name, row]) => violationsOf(lifecycle, row).map((text) => `${name}: ${text}`)),
    ...unreachable(lifecycle).map((name) => `${name}: no state leads here`),
  ];
  if (violations.length) throw new Error(`The lifecycle table is wrong:\n- ${violations.join('\n- ')}`);
}

/** Every destination a row names. */
export function destinationsOf<State extends string>(row: Row<never, State>): Destination<State>[] {
  const late = row.late === 'stuck' ? [] : ways(row.late);
  return [...Object.values<Destination<State> | undefined>(row.on ?? {}), ...ways(row.then), ...late].filter(
    (way) => way !== undefined,
  );
}

export const stateOf = <State extends string>(way: Destination<State>): State =>
  typeof way === 'string' ? way : way.to;

function ways<State extends string>(way: Way<State, string> | undefined): (Destination<State> | undefined)[] {
  if (way === undefined) return [];
  return isFirstOf(way) ? [...Object.values(way.firstOf), way.otherwise] : [way];
}

function violationsOf<Doc extends Aggregate<State>, State extends string>(
  { states, facts, effects }: AnyLifecycle<Doc, State>,
  row: Row<Doc, State>,
): string[] {
  const steps = row.steps ?? [];
  const names = steps.map(({ name }) => name);
  const billed: unknown = row.computeBilled;
  return [
    ...(typeof billed === 'boolean' || Array.isArray(billed)
      ? []
      : ['it does not say whether compute is billed']),
    ...destinationsOf(row)
      .map(stateOf)
      .filter((to) => !(to in states))
      .map((to) => `it leads to the unknown state ${to}`),
    ...factsOf(row)
      .filter((name) => !(name in facts))
      .map((name) => `the fact ${name} is unknown`),
    ...steps
      .flatMap((step) => step.do ?? [])
      .filter((name) => !effects.includes(name))
      .map((name) => `the effect ${name} is unknown`),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two steps are called ${name}`),
    ...boundsOf(row),
  ];
}

function boundsOf(row: Row<never, string>): string[] {
  if (row.then !== undefined && row.late === undefined)
    return ['it may wait for ever: `within` and `late` are missing'];
  if ((row.within === undefined) !== (row.late === undefined)) return ['`within` and `late` go together'];
  if (typeof row.within === 'number' && !(row.within > 0)) return ['`within` must be positive'];
  return [];
}

function factsOf(row: Row<never, string>): string[] {
  const ofWay = (way: Row<never, string>['late']) =>
    way !== undefined && way !== 'stuck' && isFirstOf(way) ? Object.keys(way.firstOf) : [];
  return [
    ...Object.keys(row.on ?? {}),
    ...(row.steps ?? []).map(({ until }) => until),
    ...ofWay(row.then),
    ...ofWay(row.late),
  ];
}

function unreachable<Doc extends Aggregate<State>, State extends string>({
  initial,
  states,
}: AnyLifecycle<Doc, State>): string[] {
  const reached = new Set<string>([initial]);
  for (const name of reached) {
    const row: Row<Doc, State> | undefined = states[name as State];
    if (row) for (const way of destinationsOf(row)) reached.add(stateOf(way));
  }
  return Object.keys(states).filter((name) => !reached.has(name));
}
