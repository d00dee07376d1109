export { aggregateFields, NO_PROGRESS, type Aggregate, type Progress } from './aggregate.ts';
export { advance, begin, dueEffect, type Cause, type Hooks, type Transition } from './advance.ts';
export { FAILING_SECONDS, type AlarmReason } from './alarm.ts';
export { checkLifecycle } from './check.ts';
export { lifecyclePage } from './diagram.ts';
export type { Effect, EffectContext, EffectResult } from './effect.ts';
export { LeaseLost, Leases, type LeaseOptions } from './leases.ts';
export type { Allowance } from './lines.ts';
export { LifecycleRunner, NoSuchAggregate, type RunnerOptions } from './runner.ts';
export { Sweeper } from './sweeper.ts';
export {
  elapsed,
  fact,
  hours,
  isBilled,
  isResting,
  minutes,
  type AnyLifecycle,
  type Destination,
  type Fact,
  type FirstOf,
  type Lifecycle,
  type Row,
  type Span,
  type Step,
  type Way,
} from './table.ts';
