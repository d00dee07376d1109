import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of these that is an executable file: absolute paths, or names looked up on PATH. */
function find(...candidates: string[]): string | null {
  const paths = candidates.flatMap((name) =>
    name.startsWith('/')
      ? [name]
      : (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, name)),
  );
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Debian's /usr/sbin/rabbitmq-server is a wrapper that insists on its own user; the script behind it runs as anybody.
const RABBITMQ = ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'rabbitmq-server'];
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'];

/** The program that starts RabbitMQ, installed from the distribution's packages when it is absent. */
export const rabbitmqServer = (): string => installed(RABBITMQ, 'rabbitmq-server', 'RabbitMQ', 'AMQP_URL');

/** A browser for tests, installed from the distribution's packages when it is absent. */
export const chromium = (): string => installed(CHROMIUM, 'chromium', 'Chromium', null);

function installed(
  candidates: string[],
  debianPackage: string,
  product: string,
  setting: string | null,
): string {
  const present = find(...candidates);
  if (present) return present;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    process.stdout.write(`Installing ${product} (apt-get install ${debianPackage}) …\n`);
    apt('update', '-qq');
    // Packages that want to start a system service of their own are told not to.
    apt('install', '-y', '-qq', '--no-install-recommends', debianPackage);
    const path = find(...candidates);
    if (path) return path;
  }
  const alternative = setting ? `, or set ${setting} to a server that runs already` : '';
  throw new Error(
    `${product} is not installed. On Debian or Ubuntu: sudo apt-get install ${debianPackage}${alternative}.`,
  );
}

function apt(...args: string[]): void {
  const { status, stderr } = spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stderr}`);
}
