import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Catalog } from '@berth/contracts';
import { everythingIsPriced, pricesNameWhatExists } from '../prices/price-checks.ts';
import { priceRows } from '../prices/price-rows.ts';
import { CatalogFile } from './catalog-file.ts';
import { inconsistencies } from './consistency.ts';
import type { Finding } from './finding.ts';
import { YamlSource } from './yaml-source.ts';

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

/** Reads a catalog file from disk; see {@link parseCatalog}. */
export async function readCatalogFile(file: string, now: Date): Promise<CatalogContent> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new InvalidCatalogFile(file, [error.message]);
  });
  return parseCatalog(file, text, now);
}

/**
 * The catalog in a YAML text. `now` decides which prices are in force.
 * Throws {@link InvalidCatalogFile}, naming everything wrong with it at once.
 */
export function parseCatalog(file: string, text: string, now: Date): CatalogContent {
  const source = new YamlSource(file, text);
  refuse(file, source.syntaxErrors());

  const describe = (finding: Finding) => source.describe(finding);
  const { data, error } = CatalogFile.safeParse(contentOf(file, source));
  if (error) throw new InvalidCatalogFile(file, error.issues.map(describe));

  const pricing = [...pricesNameWhatExists(data), ...everythingIsPriced(data, now)];
  refuse(file, [...inconsistencies(data), ...pricing].map(describe));

  const content = {
    regions: data.regions,
    sizes: data.sizes.map((size, rank) => ({ ...size, rank })),
    products: data.products,
    prices: priceRows(data.prices),
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

function refuse(file: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new InvalidCatalogFile(file, problems);
}

/** Of what the file says, not of how: comments, the order of keys and the notation of dates don't count. */
function digestOf(content: Omit<CatalogContent, 'digest'>): string {
  const sortedKeys = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash('sha256').update(JSON.stringify(content, sortedKeys)).digest('hex');
}
