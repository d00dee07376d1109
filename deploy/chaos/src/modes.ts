import { cluster } from './cluster/cluster.ts';
import { limits } from './limits/limits.ts';
import { messages } from './messages/messages.ts';
import type { Mode } from './mode.ts';
import { overload } from './overload/overload.ts';
import { rolling } from './rolling/rolling.ts';
import { system } from './system.ts';

/** In the order of `--help`; the first one is what is done when no flag says otherwise. */
export const MODES: readonly [Mode, ...Mode[]] = [system, rolling, overload, limits, messages, cluster];
