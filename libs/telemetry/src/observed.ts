import { isMeasuring } from './metrics.ts';
import { isTracing } from './spans.ts';

/** Whether anything is exported: what runs for every message or request asks before it describes what it does. */
export const isObserved = (): boolean => isTracing() || isMeasuring();
