import type { AttributesOf, CounterName, GaugeName, HistogramName, MetricName } from './metric-table.ts';

/** One value of a gauge. */
export interface Reading<Name extends MetricName = MetricName> {
  value: number;
  attributes?: AttributesOf<Name>;
}

/** Takes measurements; there is one only while metrics are exported. */
export interface Meter {
  record(name: HistogramName, value: number, attributes: object): void;
  count(name: CounterName, attributes: object): void;
  gauge(name: GaugeName, read: () => Reading[] | Promise<Reading[]>): void;
}

let meter: Meter | undefined;

/** From now on measurements are taken; undefined: no longer. */
export function measureWith(made: Meter | undefined): void {
  meter = made;
}

/** Whether measurements are taken at all. */
export const isMeasuring = (): boolean => meter !== undefined;

/** Adds a value to a histogram, in the unit of the table. */
export function record<Name extends HistogramName>(
  name: Name,
  value: number,
  attributes: AttributesOf<Name>,
): void {
  meter?.record(name, value, attributes);
}

/** Counts something that happened. */
export function count<Name extends CounterName>(name: Name, attributes: AttributesOf<Name>): void {
  meter?.count(name, attributes);
}

/**
 * Has a gauge read at every export, twice a minute by default; never while metrics are off. A reading that fails, or is not there
 * within 2 s, is left out.
 */
export function gauge<Name extends GaugeName>(
  name: Name,
  read: () => Reading<Name>[] | Promise<Reading<Name>[]>,
): void {
  meter?.gauge(name, read);
}

/** Seconds since this time on `performance.now()`. */
export const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;
