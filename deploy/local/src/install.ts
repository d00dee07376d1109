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

/**
 * The program that starts RabbitMQ, installed from the distribution's packages when it is absent; null when it can't be
 * installed but a container engine is there to run it.
 */
export function rabbitmqServer(): string | null {
  const server = installed(RABBITMQ, 'rabbitmq-server', 'RabbitMQ');
  if (server || spawnSync('docker', ['info']).status === 0) return server;
  throw new Error(
    'RabbitMQ is not installed. On Debian or Ubuntu: sudo apt-get install rabbitmq-server. ' +
      'Or start Docker, or set AMQP_URL to a RabbitMQ that runs already.',
  );
}

/** A browser for tests, installed from the distribution's packages when it is absent. */
export function chromium(): string {
  const browser = installed(CHROMIUM, 'chromium', 'Chromium');
  if (browser) return browser;
  throw new Error('Chromium is not installed. On Debian or Ubuntu: sudo apt-get install chromium.');
}

function installed(candidates: string[], debianPackage: string, product: string): string | null {
  const present = find(...candidates);
  if (present || !existsSync('/etc/debian_version') || process.getuid?.() !== 0) return present;
  process.stdout.write(`Installing ${product} (apt-get install ${debianPackage}) …\n`);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', debianPackage);
  return find(...candidates);
}

function apt(...args: string[]): void {
  const { status, stderr } = spawnSync('apt-get', args, {
    // RUNLEVEL=1: the package does not start a system-wide server of its own.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stderr}`);
}
