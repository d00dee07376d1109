import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../messages/program.ts';
import { SNAPSHOTS, snapshotNames } from './files.ts';
import { takeSnapshot } from './take.ts';

/** `npm run snapshot`: runs the whole system as built and keeps what it leaves behind as the next snapshot. */
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const name = String(Number(snapshotNames().at(-1) ?? 0) + 1);
await takeSnapshot(join(SNAPSHOTS, name), `after ${version}`);
process.stdout.write(`apps/e2e/stored/${name}\n`);
