import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const dist = join(import.meta.dirname, '../../dist');
const MOST_BYTES = 180_000;

interface Chunk {
  file: string;
  imports?: string[];
}

test('log-in and list come with at most 180 kB of JavaScript, gzipped', () => {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;
  const needed = new Set<string>();
  const need = (name: string) => {
    const chunk = manifest[name];
    if (!chunk || needed.has(chunk.file)) return;
    needed.add(chunk.file);
    chunk.imports?.forEach(need);
  };
  need('index.html');
  const bytes = [...needed].reduce((sum, file) => sum + statSync(join(dist, `${file}.gz`)).size, 0);
  expect(needed.size).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});
