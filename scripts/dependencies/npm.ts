import { execFile } from 'node:child_process';

export interface Ran {
  /** Null when it was ended because it took too long. */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs npm to its end, whatever that is, or for so many milliseconds. */
export function npm(
  args: readonly string[],
  { cwd, env = process.env, timeout }: { cwd: string; env?: NodeJS.ProcessEnv; timeout: number },
): Promise<Ran> {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        cwd,
        env,
        timeout,
        maxBuffer: 2 ** 27,
        shell: process.platform === 'win32',
      },
      (error, stdout, stderr) => {
        if (error && child.exitCode === null && !error.killed) reject(error);
        else resolve({ status: child.exitCode, stdout, stderr });
      },
    );
  });
}
