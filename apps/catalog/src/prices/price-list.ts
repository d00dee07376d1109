import type { Price, PriceFault } from '@berth/contracts';
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
    const compute = group.flatMap(({ size, perMinute }) => (size === null ? [] : [[size, perMinute]]));
    const disk = group.find(({ size }) => size === null);
    return {
      ...(JSON.parse(head) as Pick<PriceList, 'region' | 'currency' | 'activeFrom'>),
      ...(compute.length > 0 && { compute: Object.fromEntries(compute) as Record<string, string> }),
      ...(disk && { disk: disk.perMinute }),
    };
  });
  return stringify({ prices }, { singleQuote: true });
}
