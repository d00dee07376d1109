import type { AccountStatus } from '@berth/contracts';
import { Dot } from './status.tsx';

/** Whether an account may do more than read, pay and terminate. */
export function Standing({ of }: { of: AccountStatus }) {
  if (of === 'active') return <Dot tone="good" label="Active" />;
  if (of === 'closed') return <Dot tone="calm" label="Closed" />;
  return <Dot tone="bad" label="Suspended: it may read, pay and terminate" />;
}
