/**
 * Every npm script starts here, on whatever Node the machine has and with nothing installed: it installs what the
 * lockfile names when that changed, then runs the task on the Node that the project pins.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');
const node = join(bin, 'node');
const env = {
  ...process.env,
  // Tools started through a shell find the pinned Node first.
  PATH: bin + delimiter + process.env.PATH,
  // No process stays behind when a task has ended.
  NX_DAEMON: 'false',
  NX_TUI: 'false',
};

const source = (file) => () =>
  run(node, ['--conditions=@berth/source', '--disable-warning=ExperimentalWarning', file, ...args]);
const tool = (file, ...flags) => run(node, [join(root, 'node_modules', file), ...flags]);
const NX = 'nx/dist/bin/nx.js';
const BUILD = ['run-many', '--target=build', '--output-style=static'];
const build = () => tool(NX, ...BUILD);
/** A build on the way to something else is heard of only when it fails. */
const buildQuietly = () => {
  console.log('Building …');
  const options = { env, encoding: 'utf8', maxBuffer: 2 ** 26 };
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'node_modules', NX), ...BUILD], options);
  if (status !== 0) process.stderr.write(stdout + stderr);
  return status ?? 1;
};

/** What each script does, in steps; the first that fails ends it. */
const tasks = {
  build: [build],
  start: [buildQuietly, source('deploy/local/src/start.ts')],
  demo: [buildQuietly, source('deploy/local/src/demo.ts')],
  test: [buildQuietly, source('deploy/local/src/test.ts')],
  // The pictures of the console's screens, as the specs that look at them see them.
  screens: [
    buildQuietly,
    () => {
      env.BERTH_SCREENS = join(root, 'docs/screens');
      args.unshift('--selectProjects', 'e2e', '--testPathPatterns', 'console/screens');
      return source('deploy/local/src/test.ts')();
    },
  ],
  serve: [buildQuietly, source('deploy/local/src/serve.ts')],
  record: [buildQuietly, source('deploy/local/src/record.ts')],
  'dead-letters': [buildQuietly, source('deploy/local/src/dead-letters.ts')],
  generate: [buildQuietly, source('deploy/local/src/generate.ts'), source('scripts/messages/generate.ts')],
  bench: [buildQuietly, () => run(node, [join(root, 'deploy/bench/dist/main.js'), ...args])],
  chaos: [buildQuietly, () => run(node, [join(root, 'deploy/chaos/dist/main.js'), ...args])],
  snapshot: [buildQuietly, source('scripts/stored/generate.ts')],
  'release-contracts': [source('scripts/releases/generate.ts')],
  audit: [source('scripts/dependencies/audit.ts')],
  sbom: [source('scripts/dependencies/sbom.ts')],
  types: [
    () => tool('typescript7/bin/tsc', '--project', 'tsconfig.json'),
    // It runs in browsers.
    () => tool('typescript7/bin/tsc', '--project', 'apps/console/tsconfig.json'),
  ],
  lint: [
    // The import rules read Nx's project graph, which this makes.
    () => tool(NX, 'graph', '--file=.nx/project-graph.json'),
    () => tool('eslint/bin/eslint.js', '.'),
    () => tool('prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn'),
  ],
  format: [() => tool('prettier/bin/prettier.cjs', '--write', '.', '--log-level=warn')],
};

const [name, ...args] = process.argv.slice(2);
const steps = tasks[name];
if (!steps) {
  console.error(`Unknown task ${name}. There are: ${Object.keys(tasks).join(', ')}`);
  process.exit(2);
}
process.chdir(root);
install();
for (const step of steps) {
  const code = await step();
  if (code !== 0) process.exit(code);
}

/** Runs a command to its end, passes signals on to it, and resolves to its exit code. */
function run(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      ended(code ?? 128 + constants.signals[signal]);
    });
  });
}

function install() {
  const stamp = join(root, 'node_modules/.berth-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, wanted);
}
