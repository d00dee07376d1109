import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { HostRecord } from '../records/record.model.ts';
import { TTL_SECONDS } from '../zone-writer/plan.ts';

/**
 * How the zone differs from what was made of it. `missing`, `changed`: an address is wished. `unwanted`: none is.
 * `unknown`: nobody ever wished anything of this host; somebody else's, and none of our business.
 */
export type Difference = 'missing' | 'changed' | 'unwanted' | 'unknown';

/** What is wrong with a host whose wish was fulfilled; null: nothing, or it is being written. */
export function difference(
  wish: Pick<HostRecord, 'ip' | 'status'> | undefined,
  found: ResourceRecordSet | undefined,
): Difference | null {
  if (!wish) return found ? 'unknown' : null;
  if (wish.status !== 'in_sync') return null;
  if (wish.ip === null) return found ? 'unwanted' : null;
  if (!found) return 'missing';
  const values = found.ResourceRecords?.map(({ Value }) => Value) ?? [];
  return values.length === 1 && values[0] === wish.ip && found.TTL === TTL_SECONDS ? null : 'changed';
}
