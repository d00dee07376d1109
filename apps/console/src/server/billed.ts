import type { Server } from '@berth/contracts';

/** What is billed of a server at the moment: nothing before it has run for the first time. */
export type Billed = 'compute_and_disk' | 'disk' | 'nothing';

export function billedNow({
  status,
  reason,
  operation,
}: Pick<Server, 'status' | 'reason' | 'operation'>): Billed {
  const isLaunching = operation?.type === 'launch' && status !== 'running';
  if (isLaunching || status === 'failed' || status === 'terminated') return 'nothing';
  if (status === 'running') return 'compute_and_disk';
  return status === 'unavailable' && reason === 'app_silent' ? 'compute_and_disk' : 'disk';
}
