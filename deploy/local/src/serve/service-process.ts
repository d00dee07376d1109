import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../home.ts';

/** How a service says that it consumes its queues, and the gateway that it listens, and where. */
const STARTED = /Nest microservice successfully started/;
const LISTENING = /Listening on (http:[^\s"]+)/;

export interface ServiceProcess {
  /** Resolves when it has started, to the address it listens on if it does; rejects when it ends before. */
  started: Promise<string | undefined>;
  /** Rejects when it ends by itself, never resolves. */
  died: Promise<never>;
  /** Asks it to stop and waits; a service takes 25 s at most. */
  stop(): Promise<void>;
}

/** Runs a built service; what it logs goes to the console and to the file. */
export function startService(service: string, env: NodeJS.ProcessEnv, log: string): ServiceProcess {
  // Of its own process group: Ctrl-C reaches only us, who stop it in order.
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', join(ROOT, `apps/${service}/dist/main.js`)],
    {
      env: { ...process.env, ...(process.stdout.isTTY && { BERTH_LOG_FORMAT: 'pretty' }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  const file = createWriteStream(log, { flags: 'a', mode: 0o600 });
  let stopping = false;
  const ended = once(child, 'exit').then(([code, signal]: unknown[]) => {
    file.end(`${service} ended (${String(signal ?? code)})\n`);
  });
  const died = new Promise<never>((_, reject) => {
    void ended.then(() => {
      if (!stopping) reject(new Error(`${service} has ended; ${log} says why.`));
    });
  });
  const started = new Promise<string | undefined>((resolve) => {
    onLines(child, (line) => {
      process.stdout.write(`${line}\n`);
      file.write(`${line}\n`);
      const match = (service === 'gateway' ? LISTENING : STARTED).exec(line);
      if (match) resolve(match[1]);
    });
  });
  // Whoever waits for it hears of it; before, nobody does.
  died.catch(() => {});
  return {
    started: Promise.race([started, died]),
    died,
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function onLines({ stdout, stderr }: ChildProcess, take: (line: string) => void): void {
  for (const stream of [stdout, stderr]) if (stream) createInterface({ input: stream }).on('line', take);
}
