import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const INSTALL_TIMEOUT_MILLISECONDS = 180_000;
const START_TIMEOUT_MILLISECONDS = 30_000;

/** Shared by all runs of this user, so only the first one downloads. */
const FOLDER = join(tmpdir(), `berth-moto-${userInfo().uid}`);

const SCRIPT = process.env['BERTH_MOTO_SH'] ?? fileURLToPath(new URL('../../moto.sh', import.meta.url));

export interface Moto {
  endpoint: string;
  stop(): Promise<void>;
}

/** Installs and serves moto, or says why it can't. */
export async function startMoto(): Promise<Moto | { unavailable: string }> {
  try {
    await promisify(execFile)('bash', [SCRIPT, 'install', FOLDER], { timeout: INSTALL_TIMEOUT_MILLISECONDS });
  } catch (error) {
    return { unavailable: `moto cannot be installed: ${String(error).trim().split('\n').at(-1)}` };
  }
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn('bash', [SCRIPT, 'serve', FOLDER, String(port)], { stdio: 'ignore' });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  for (const giveUpAt = Date.now() + START_TIMEOUT_MILLISECONDS; Date.now() < giveUpAt; await sleep(100)) {
    const answers = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return { endpoint, stop };
    if (child.exitCode !== null) return { unavailable: `moto ended with exit code ${child.exitCode}` };
  }
  await stop();
  return { unavailable: 'moto did not start in time' };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
