import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const packers = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Puts a `.br` and a `.gz` beside every text file, so that the gateway need not compress while it answers. */
const packed: Plugin = {
  name: 'berth-packed',
  apply: 'build',
  async writeBundle({ dir = 'dist' }) {
    const files = await readdir(dir, { recursive: true });
    const texts = files
      .filter((file) => /\.(?:html|js|css|svg|json)$/.test(file))
      .map((file) => join(dir, file));
    for (const file of texts) {
      const content = await readFile(file);
      for (const [suffix, pack] of Object.entries(packers))
        await writeFile(`${file}.${suffix}`, await pack(content));
    }
  },
};

const gateway = process.env['BERTH_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react(), packed],
  resolve: { conditions: ['@berth/source', 'module', 'browser', 'development|production'] },
  // `npx nx dev console`: the page as it is edited, against a Berth that runs.
  server: { proxy: { '/v1': gateway, '/docs': gateway } },
  build: {
    target: 'es2022',
    manifest: true,
    // Data in a URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
  },
});
