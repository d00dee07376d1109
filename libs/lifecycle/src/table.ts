import type { Aggregate } from './aggregate.ts';

/** A predicate over the stored document: pure, so that every replica decides the same. Made by {@link fact} or {@link elapsed}. */
export interface Fact<Doc> {
  holds(doc: Readonly<Doc>, now: Date): boolean;
  /** When time alone will make it true: the runner looks again then. Null: it won't. */
  dueAt?(doc: Readonly<Doc>): Date | null;
}

export const fact = <Doc>(holds: (doc: Readonly<Doc>) => boolean): Fact<Doc> => ({ holds });

/** Holds once the moment that `since` names lies `seconds` back; null: it has not begun. */
export function elapsed<Doc>(
  seconds: number,
  since: (doc: Readonly<Doc>) => Date | null,
): Required<Fact<Doc>> {
  const dueAt = (doc: Readonly<Doc>) => {
    const start = since(doc);
    return start && new Date(start.getTime() + seconds * 1000);
  };
  return { dueAt, holds: (doc, now) => (dueAt(doc)?.getTime() ?? Infinity) <= now.getTime() };
}

/** Where a transition leads, and why when the state alone does not say it. */
export type Destination<State extends string> = State | { to: State; reason: string };

/** The destination of the first fact that holds, in order; of none, `otherwise`. */
export interface FirstOf<State extends string, FactName extends string> {
  firstOf: Partial<Record<FactName, Destination<State>>>;
  otherwise: Destination<State>;
}

export type Way<State extends string, FactName extends string> =
  Destination<State> | FirstOf<State, FactName>;

/** How long a state may take: seconds from entering it, or a rule over the document, put in words for the diagram. */
export type Span<Doc> = number | { deadline(doc: Readonly<Doc>): Date; text: string };

export const minutes = (count: number): number => count * 60;
export const hours = (count: number): number => count * 3600;

/** The first step whose `until` does not hold is the current one; its effect runs until it does. */
export interface Step<FactName extends string, EffectName extends string> {
  name: string;
  /** Absent: the step only waits. */
  do?: EffectName;
  until: FactName;
}

/** One state: what it does, what it waits for and how long, where it leads, whether it is billed. */
export interface Row<
  Doc,
  State extends string,
  FactName extends string = string,
  EffectName extends string = string,
> {
  /** Or the reasons with which it is. */
  computeBilled: boolean | readonly string[];
  /** Facts that lead out of the state at any time; the first that holds, in order. */
  on?: Partial<Record<FactName, Destination<State>>>;
  steps?: readonly Step<FactName, EffectName>[];
  /** Where it leads when its steps are done. Absent: the server rests here. */
  then?: Way<State, FactName>;
  within?: Span<Doc>;
  /** Where lateness leads. `stuck`: nowhere, it goes on for ever and is shown as stuck. */
  late?: Way<State, FactName> | 'stuck';
}

export interface Lifecycle<
  Doc extends Aggregate<State>,
  State extends string,
  FactName extends string = string,
  EffectName extends string = string,
> {
  initial: State;
  facts: Readonly<Record<FactName, Fact<Doc>>>;
  effects: readonly EffectName[];
  states: Readonly<Record<State, Row<Doc, State, FactName, EffectName>>>;
}

/** A lifecycle of any names, for code that works on all of them. */
export type AnyLifecycle<Doc extends Aggregate<State>, State extends string> = Lifecycle<
  Doc,
  State,
  string,
  string
>;

export const isFirstOf = <State extends string>(way: Way<State, string>): way is FirstOf<State, string> =>
  typeof way === 'object' && 'firstOf' in way;

/** A resting state ends what was under way: nothing leads on by itself. */
export const isResting = (row: Row<never, string>): boolean => row.then === undefined;

export function isBilled(row: Row<never, string>, reason: string | null): boolean {
  if (typeof row.computeBilled === 'boolean') return row.computeBilled;
  return reason !== null && row.computeBilled.includes(reason);
}
