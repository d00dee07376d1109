import type { Operation } from '@berth/contracts';

/** An operation's steps in words; one that is newer than this page is shown by its name. */
const STEPS: Readonly<Record<string, string>> = {
  prepare: 'Check the order',
  create_instance: 'Create the instance',
  start_instance: 'Start the instance',
  reboot: 'Restart the instance',
  set_record: 'Set the host name',
  boot: 'Start the software',
  remove_record: 'Take the host name away',
  stop_instance: 'Stop the instance',
  resolve_launch: 'Look what has been made',
  terminate_instance: 'Remove the instance',
  delete_disk: 'Delete the disk',
  release: 'Give back what it used of the limits',
};

export const stepText = (name: string): string => STEPS[name] ?? name.replaceAll('_', ' ');

/** Where an operation is, for who hears it: `Step 2 of 5: Create the instance`. */
export function positionText({ steps, status }: Pick<Operation, 'steps' | 'status'>): string {
  if (status === 'succeeded') return 'Done';
  if (status === 'failed') return 'Failed';
  if (status === 'canceled') return 'Cancelled';
  const at = steps.findIndex((step) => step.status === 'running');
  const step = steps[at];
  return step ? `Step ${at + 1} of ${steps.length}: ${stepText(step.name)}` : 'It begins';
}

/** Seconds that something took, or takes by now. */
export const secondsOf = (
  { startedAt, endedAt }: { startedAt: string; endedAt: string | null },
  now: number,
): number => Math.max(0, ((endedAt ? Date.parse(endedAt) : now) - Date.parse(startedAt)) / 1000);
