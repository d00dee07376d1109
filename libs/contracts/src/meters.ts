import { z } from 'zod';
import { NOT_SENT_YET } from './not-sent-yet.ts';

/** What a meter counts: minutes, or GiB times minutes (shown per GiB-month of 730 hours). */
export const MeterUnit = z.enum(['minute', 'gib_minute']);
export type MeterUnit = z.output<typeof MeterUnit>;

interface MeterRow {
  /** What it is called on an invoice. */
  name: string;
  unit: MeterUnit;
  /** Whether every size has a price of its own; otherwise a region has one. */
  bySize: boolean;
  /**
   * Whether services say it. What is not said yet is read by this release, so that the next one may say it while this one still
   * runs beside it; until then a catalog needs no price for it, and one that has any cannot be read by the release before.
   */
  isSent: boolean;
}

/**
 * All that is counted and billed, in the order in which it is listed. A meter is a row here, what runs it
 * (apps/billing/src/usage/meters.ts) and a price; the console wants words for it.
 */
export const METERS = {
  /** Minutes in a billed state. */
  compute: { name: 'Compute', unit: 'minute', bySize: true, isSent: true },
  /** From the first `running` until it is deleted, paused or not. */
  disk: { name: 'Disk', unit: 'gib_minute', bySize: false, isSent: true },
  /** While there are any, whatever the server's state, also after it is terminated. 0.1.0 does not know it: deploy/catalog.yaml has no price for it yet. */
  backup: { name: 'Backups', unit: 'gib_minute', bySize: false, isSent: false },
} as const satisfies Readonly<Record<string, MeterRow>>;

type Name = keyof typeof METERS;
const names = Object.keys(METERS) as [Name, ...Name[]];

/** What is counted: minutes in a billed state, GiB-minutes of disk, GiB-minutes of backups. */
export const Meter = z.enum(names).meta({ [NOT_SENT_YET]: names.filter((name) => !METERS[name].isSent) });
export type Meter = z.output<typeof Meter>;

/** A field for each meter. */
export const ofEachMeter = <Field>(fieldOf: (meter: Meter) => Field): Record<Meter, Field> =>
  Object.fromEntries(names.map((meter) => [meter, fieldOf(meter)])) as Record<Meter, Field>;
