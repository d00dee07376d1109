import type { AuditOutcome } from '@berth/contracts';
import type { ProblemError } from '@berth/messaging';

const DENIED = [401, 403];
/** What is not there and what is another's are answered alike. */
const NOT_FOUND = 404;

/** What came of a request that was answered with this problem. */
export function outcomeOf({ status, code }: Pick<ProblemError, 'status' | 'code'>): AuditOutcome {
  if (code === 'outcome_unknown') return 'unknown';
  if (status >= 500) return 'failed';
  return DENIED.includes(status) || status === NOT_FOUND ? 'denied' : 'refused';
}
