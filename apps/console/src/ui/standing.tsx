import type { AccountStatus, Closing } from '@berth/contracts';
import { Dot } from './status.tsx';

/** Whether an account may do more than read, pay and terminate. */
export function Standing({ of, closing }: { of: AccountStatus; closing?: Closing | undefined }) {
  if (of === 'closed') return <Dot tone="calm" label="Closed" />;
  const suspended = of === 'suspended' && 'Suspended: it may read, pay and terminate';
  if (closing) return <Dot tone="bad" label={suspended ? `Closing. ${suspended}` : 'Closing'} />;
  return suspended ? <Dot tone="bad" label={suspended} /> : <Dot tone="good" label="Active" />;
}
