import type { Record } from './customers/customers.ts';
import type { Stage } from './stage/stage.ts';

/** All that the invariants look at. */
export interface Evidence {
  record: Record;
}

export async function gather(_stage: Stage, record: Record): Promise<Evidence> {
  return { record };
}
