import type { Meter, Price } from '@berth/contracts';

/** What one server used of one meter in a month, at one price. */
export interface RatedUsage {
  serverId: string;
  meter: Meter;
  region: string;
  /** Of a meter whose prices are by size; else null. */
  size: string | null;
  /** In force in every minute of it. */
  price: Price;
  /** In the meter's unit. */
  quantity: number;
}
