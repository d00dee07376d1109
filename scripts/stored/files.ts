import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EJSON } from 'bson';
import { ROOT } from '../messages/program.ts';
import type { Shape } from './shapes.ts';

export const SNAPSHOTS = join(ROOT, 'apps/e2e/stored');

export type Document = Readonly<Record<string, unknown>>;

/** The numbers of the snapshots, oldest first. */
export const snapshotNames = (): string[] => readdirSync(SNAPSHOTS).sort((a, b) => Number(a) - Number(b));

/** The shapes as they were when a snapshot was taken. */
export const shapesOf = (name: string): Record<string, Shape> =>
  JSON.parse(readFileSync(join(SNAPSHOTS, name, 'shapes.json'), 'utf8')) as Record<string, Shape>;

/** A snapshot's documents by the shape they have to have, `billing/facts`; what a library stores is under its name. */
export function documentsOf(name: string, shapes: Record<string, Shape>): Map<string, Document[]> {
  const found = new Map<string, Document[]>();
  for (const file of readdirSync(join(SNAPSHOTS, name)).filter((each) => each.startsWith('berth_'))) {
    const service = file.replace(/^berth_(\w+)\.json$/, '$1').replaceAll('_', '-');
    const content = EJSON.parse(readFileSync(join(SNAPSHOTS, name, file), 'utf8')) as Record<
      string,
      Document[]
    >;
    for (const [collection, documents] of Object.entries(content)) {
      const own = `${service}/${collection}`;
      const key = shapes[own]
        ? own
        : (Object.keys(shapes).find((each) => each.endsWith(`/${collection}`)) ?? own);
      found.set(key, [...(found.get(key) ?? []), ...documents]);
    }
  }
  return found;
}
