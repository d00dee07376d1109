import { readdirSync, writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { hash, verify } from '@node-rs/argon2';
import type { Asked, Computed } from './hashing.ts';

const { PRIORITY_BELOW_NORMAL } = constants.priority;
/** The kernel takes a session's priority from one process of a user at a time, and then not for a tenth of a second. */
const TRIES = 10;
const PAUSE_MILLISECONDS = 150;

/**
 * Of each thread that there is; later ones have that of the thread that begins them. On Linux a priority is a thread's
 * (https://man7.org/linux/man-pages/man2/setpriority.2.html, BUGS).
 */
function lowerThreads(): void {
  if (getPriority() >= PRIORITY_BELOW_NORMAL) return;
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0];
  for (const thread of threads) setPriority(thread, PRIORITY_BELOW_NORMAL);
}

/**
 * Where Linux groups processes by session (`kernel.sched_autogroup_enabled`), the priority of a thread counts within its session alone,
 * and among sessions that of the session (https://man7.org/linux/man-pages/man7/sched.7.html, The autogroup feature).
 */
async function lowerSession(): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return writeFileSync('/proc/self/autogroup', String(PRIORITY_BELOW_NORMAL));
    } catch (error) {
      // Anything else: there are no such groups.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      await delay(PAUSE_MILLISECONDS);
    }
  }
}

async function compute({ job }: Asked): Promise<string | boolean> {
  return 'stored' in job ? verify(job.stored, job.password) : hash(job.password, job.parameters);
}

lowerThreads();
await lowerSession();
process.on('message', (asked: Asked) => {
  const { id } = asked;
  const reply = (computed: Computed) => process.send?.(computed);
  void compute(asked).then(
    (result) => reply({ id, result }),
    (error: unknown) => reply({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
