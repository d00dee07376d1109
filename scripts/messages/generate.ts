import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generated } from './generated.ts';
import { ROOT } from './program.ts';

/** Part of `npm run generate`. `messages.spec.ts` fails when what it writes is stale. */
for (const [path, text] of await generated()) {
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`${path}\n`);
}
