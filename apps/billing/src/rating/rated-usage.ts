import type { Meter, Price } from '@berth/contracts';

/** What one server used of one meter in a month, at one price. */
export interface RatedUsage {
  serverId: string;
  meter: Meter;
  region: string;
  /** For `compute`, the size; null for `disk`. */
  size: string | null;
  /** In force in every minute of it. */
  price: Price;
  /** Minutes (`compute`) or GiB-minutes (`disk`). */
  quantity: number;
}
