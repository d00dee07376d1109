import type { Meter, Price } from '@berth/contracts';

/** What was used of one meter in a month, at one price. */
export interface RatedUsage {
  meter: Meter;
  region: string;
  /** Of a meter whose prices are by size; else null. */
  size: string | null;
  /** In force in every minute of it. */
  price: Price;
  /** In the meter's unit. */
  quantity: number;
}

/** What one server used of it. */
export interface ServerUsage extends RatedUsage {
  serverId: string;
}
