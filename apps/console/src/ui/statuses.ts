import type { OperationType, ServerStatus } from '@berth/contracts';

/** How urgent a status is; its colour follows from it, and is never alone in saying it. */
export type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad';

/** Each status in the customer's words. */
export const STATUSES: Readonly<Record<ServerStatus, { label: string; tone: Tone }>> = {
  requested: { label: 'Requested', tone: 'busy' },
  provisioning: { label: 'Provisioning', tone: 'busy' },
  waiting_for_capacity: { label: 'Waiting for capacity', tone: 'warn' },
  configuring: { label: 'Configuring', tone: 'busy' },
  running: { label: 'Running', tone: 'good' },
  pausing: { label: 'Pausing', tone: 'busy' },
  paused: { label: 'Paused', tone: 'calm' },
  resuming: { label: 'Resuming', tone: 'busy' },
  updating: { label: 'Updating', tone: 'busy' },
  restoring: { label: 'Restoring', tone: 'busy' },
  unavailable: { label: 'Unavailable', tone: 'bad' },
  terminating: { label: 'Terminating', tone: 'busy' },
  terminated: { label: 'Terminated', tone: 'calm' },
  failed: { label: 'Failed', tone: 'bad' },
};

const REASONS: Readonly<Record<string, string>> = {
  app_silent: 'the instance is on, but the software does not answer',
  host_failed: 'the instance is lost',
  interrupted: 'something else happened to it',
  budget: 'the account’s budget for the month was used up',
  stuck: 'this takes longer than it should; the people who run this service have been told',
};

/** Why a server is as it is, in words; null where the status says all. */
export const reasonText = (reason: string | null): string | null =>
  reason && (REASONS[reason] ?? reason.replaceAll('_', ' '));

export const OPERATIONS: Readonly<Record<OperationType, string>> = {
  launch: 'Launch',
  pause: 'Pause',
  resume: 'Resume',
  restart: 'Restart',
  resize: 'Resize',
  grow_disk: 'Grow disk',
  upgrade: 'Upgrade',
  backup: 'Backup',
  restore: 'Restore',
  terminate: 'Terminate',
};
