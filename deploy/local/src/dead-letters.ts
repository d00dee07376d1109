import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { defaultHome, ROOT } from './home.ts';
import { runningBroker } from './leftovers.ts';

/** `npm run dead-letters -- <service> list|show|replay …`: on the broker of AMQP_URL, or of the system that runs here. */
const AMQP_URL = process.env['AMQP_URL'] ?? runningBroker(defaultHome());
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', join(ROOT, 'libs/messaging/dist/dead-letters.cli.js'), ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, ...(AMQP_URL && { AMQP_URL }) } },
);
process.exitCode = status ?? 1;
