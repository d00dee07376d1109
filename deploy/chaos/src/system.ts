import type { Mode } from './mode.ts';
import { run } from './run.ts';

export const system: Mode = {
  flag: 'system',
  about: 'the whole system under customers and faults, then every invariant (default)',
  run,
};
