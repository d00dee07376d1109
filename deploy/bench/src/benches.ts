import type { Bench } from './bench.ts';
import { bus } from './bus/bus.bench.ts';

/** In the order in which they run and stand in docs/benchmarks.md. */
export const BENCHES: readonly Bench[] = [bus];
