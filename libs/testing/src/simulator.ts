import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Simulator {
  /** For every SDK client. */
  endpoint: string;
  /** Where simulated instances answer, on their own addresses. */
  instancePort: number;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_TIMEOUT_MILLISECONDS = 20_000;

/** Starts the AWS simulator on free ports as a process of its own; `env` sets its other settings (its README lists them). */
export async function simulator(env: Record<string, string> = {}): Promise<Simulator> {
  const child = spawn(
    process.execPath,
    ['--conditions=@berth/source', '--disable-warning=ExperimentalWarning', 'apps/aws-simulator/src/main.ts'],
    {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', BERTH_AWS_PORT: '0', BERTH_SIM_INSTANCE_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const late = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MILLISECONDS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const ready = readyLine(line);
      if (ready) return { ...ready, stop };
    }
    throw new Error(`The AWS simulator did not start (exit code ${child.exitCode ?? 'none'})`);
  } finally {
    clearTimeout(late);
    child.stdout.resume();
  }
}

function readyLine(line: string): { endpoint: string; instancePort: number } | undefined {
  if (!line.startsWith('{')) return undefined;
  const { ready, endpoint, instancePort } = JSON.parse(line) as Record<string, unknown>;
  if (ready !== true || typeof endpoint !== 'string' || typeof instancePort !== 'number') return undefined;
  return { endpoint, instancePort };
}
