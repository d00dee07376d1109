import type { WorkloadRecord } from './customers/record.ts';
import type { Stage } from './stage/stage.ts';

/** All that the invariants look at. */
export interface Evidence {
  record: WorkloadRecord;
}

export async function gather(_stage: Stage, record: WorkloadRecord): Promise<Evidence> {
  return { record };
}
