import { Meter, type Price, type PriceFault } from '@berth/contracts';
import { stringify } from 'yaml';
import { z } from 'zod';
import { PriceList } from '../file/catalog-file.ts';
import { YamlSource } from '../file/yaml-source.ts';

const PriceListFile = z.strictObject({ prices: z.array(PriceList) });

/** A price list that can be read, or why it cannot. */
export type ReadPriceList =
  { source: YamlSource; lists: PriceList[]; faults?: undefined } | { faults: PriceFault[] };

/** Reads a price list in YAML: `prices`, as in the catalog file. */
export function readPriceList(yaml: string): ReadPriceList {
  const source = new YamlSource(yaml);
  const faults = source.syntaxFaults();
  if (faults.length > 0) return { faults };
  try {
    const { data, error } = PriceListFile.safeParse(source.content());
    if (error) return { faults: error.issues.map((issue) => source.locate(issue)) };
    return { source, lists: data.prices };
  } catch (error) {
    return { faults: [source.locate({ path: [], message: String(error) })] };
  }
}

/** Rows as a price list in YAML, which {@link readPriceList} reads again. */
export function priceListOf(rows: readonly Price[]): string {
  const lists = Map.groupBy(rows, ({ region, currency, activeFrom }) =>
    JSON.stringify({ region, currency, activeFrom }),
  );
  const prices = [...lists].map(([head, group]) => {
    const meters = Meter.options.flatMap((meter) => {
      const ofMeter = group.filter((row) => row.meter === meter);
      return ofMeter.length > 0 ? [[meter, pricesOf(ofMeter)] as const] : [];
    });
    return {
      ...(JSON.parse(head) as Pick<PriceList, 'region' | 'currency' | 'activeFrom'>),
      ...Object.fromEntries(meters),
    };
  });
  return stringify({ prices }, { singleQuote: true });
}

/** Of one meter: by size, or the one there is. */
const pricesOf = (rows: readonly Price[]): string | Record<string, string> => {
  const bySize = rows.flatMap(({ size, perMinute }) => (size === null ? [] : [[size, perMinute] as const]));
  return bySize.length > 0 ? Object.fromEntries(bySize) : (rows[0]?.perMinute ?? {});
};
