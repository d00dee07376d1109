import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Catalog, Price, PriceFault } from '@berth/contracts';
import { everythingIsPriced, pricesNameWhatExists } from '../prices/price-checks.ts';
import { merged } from '../prices/merged.ts';
import { priceRows } from '../prices/price-rows.ts';
import { CatalogFile } from './catalog-file.ts';
import { inconsistencies } from './consistency.ts';
import type { Finding } from './finding.ts';
import { faultText, YamlSource } from './yaml-source.ts';

/** A catalog before it is published: without its place among the revisions. */
export type CatalogContent = Omit<Catalog, 'revision'>;

/** The catalog file cannot be used. The message has a line for each thing wrong, with file, line, key and reason. */
export class InvalidCatalogFile extends Error {
  constructor(file: string, problems: readonly string[]) {
    super(
      [`The catalog file ${file} cannot be used:`, ...problems.map((problem) => `  ${problem}`)].join('\n'),
    );
  }
}

/** The text of a catalog file. Throws {@link InvalidCatalogFile} when it cannot be read. */
export const catalogText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: Error) => {
    throw new InvalidCatalogFile(file, [error.message]);
  });

/** Reads a catalog file from disk; see {@link parseCatalog}. */
export async function readCatalogFile(file: string, now: Date): Promise<CatalogContent> {
  return parseCatalog(file, await catalogText(file), now);
}

/**
 * The catalog in a YAML text. `now` decides which prices are in force; `applied` are those that staff have added to the file's.
 * Throws {@link InvalidCatalogFile}, naming everything wrong with it at once.
 */
export function parseCatalog(
  file: string,
  text: string,
  now: Date,
  applied: readonly Price[] = [],
): CatalogContent {
  const source = new YamlSource(text);
  const unusable = (faults: readonly PriceFault[]) =>
    new InvalidCatalogFile(
      file,
      faults.map((fault) => `${file}:${faultText(fault)}`),
    );
  const syntax = source.syntaxFaults();
  if (syntax.length > 0) throw unusable(syntax);

  const locate = (finding: Finding) => source.locate(finding);
  const { data, error } = CatalogFile.safeParse(contentOf(file, source));
  if (error) throw unusable(error.issues.map(locate));

  const prices = priceRows(data.prices);
  const pricing = [...pricesNameWhatExists(data), ...everythingIsPriced(data, merged(prices, applied), now)];
  const findings = [...inconsistencies(data), ...pricing];
  if (findings.length > 0) throw unusable(findings.map(locate));

  const content = {
    regions: data.regions,
    sizes: data.sizes.map((size, rank) => ({ ...size, rank })),
    products: data.products,
    prices,
  };
  return { digest: digestOf(content), ...content };
}

function contentOf(file: string, source: YamlSource): unknown {
  try {
    return source.content();
  } catch (error) {
    throw new InvalidCatalogFile(file, [String(error)]);
  }
}

/** Of what the file says, not of how: comments, the order of keys and the notation of dates don't count. */
export function digestOf(content: Omit<CatalogContent, 'digest'>): string {
  const sortedKeys = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sortedKeys)).digest('hex');
}
