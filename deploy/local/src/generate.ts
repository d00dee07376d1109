import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './home.ts';

/** `npm run generate`: what in the documentation comes from the code. A spec beside each source fails when it is stale. */
const generated = {
  'access.md': 'apps/gateway/dist/access/access.markdown.js',
  'openapi.json': 'apps/gateway/dist/generate.js',
  'problems.md': 'apps/gateway/dist/pages/problems.markdown.js',
  'server-lifecycle.md': 'apps/provisioning/dist/generate.js',
};

const folder = join(ROOT, 'docs/generated');
mkdirSync(folder, { recursive: true });
for (const [file, program] of Object.entries(generated)) {
  writeFileSync(join(folder, file), execFileSync(process.execPath, [join(ROOT, program)]));
  process.stdout.write(`docs/generated/${file}\n`);
}
