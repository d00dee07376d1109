import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFlow, servicesProgram } from './flow.ts';
import { generated } from './generated.ts';
import { ROOT } from './program.ts';

/** Part of `npm run generate`. `messages.spec.ts` fails when what it writes is stale. */
const program = servicesProgram();
for (const [path, text] of await generated(program, readFlow(program))) {
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`${path}\n`);
}
