import type { Meter, METERS as COUNTED } from '@berth/contracts';

type Words = {
  readonly [Name in Meter]: Pick<(typeof COUNTED)[Name], 'unit' | 'bySize'> & {
    name: string;
    /** In charts. */
    color: string;
  };
};

/** What is counted, in the order in which it is shown. */
export const METERS: Words = {
  compute: { name: 'Compute', unit: 'minute', bySize: true, color: 'harbour.6' },
  disk: { name: 'Disk', unit: 'gib_minute', bySize: false, color: 'teal.7' },
  backup: { name: 'Backups', unit: 'gib_minute', bySize: false, color: 'grape.6' },
};

const ALL = Object.keys(METERS) as Meter[];

/** Those of all meters that any of these is of. */
export const metersOf = (rows: readonly { meter: Meter }[]): Meter[] =>
  ALL.filter((meter) => rows.some((row) => row.meter === meter));

/** To choose one from. */
export const METER_CHOICES = ALL.map((value) => ({ value, label: METERS[value].name }));
