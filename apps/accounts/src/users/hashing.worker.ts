import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { Job } from './hashing.ts';

const { PRIORITY_BELOW_NORMAL } = constants.priority;

/** On Linux a priority is a thread's (https://man7.org/linux/man-pages/man2/setpriority.2.html, BUGS); elsewhere it is the whole process's. */
if (process.platform === 'linux' && getPriority(0) < PRIORITY_BELOW_NORMAL)
  setPriority(0, PRIORITY_BELOW_NORMAL);

parentPort?.on('message', (job: Job) => {
  parentPort?.postMessage(
    'stored' in job ? verifySync(job.stored, job.password) : hashSync(job.password, job.parameters),
  );
});
