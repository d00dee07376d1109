import { Exact, rounded, sumOf } from '@berth/pricing';
import type { CreditDocument } from './credit.model.ts';

/** What of a credit may still be taken: exact, `0` once it is withdrawn or has expired. */
export function remainingOf(
  {
    amount,
    expiresAt,
    withdrawnAt,
    taken = [],
  }: Pick<CreditDocument, 'amount' | 'expiresAt' | 'withdrawnAt' | 'taken'>,
  now: Date,
): string {
  if (withdrawnAt || (expiresAt && expiresAt <= now)) return '0';
  return taken.length === 0 ? amount : sumOf([amount, ...taken.map((each) => `-${each.amount}`)]);
}

/** Which credits pay how much of an amount: what expires soonest first, of the same expiry the oldest; each as far as it goes. */
export function share(
  credits: readonly CreditDocument[],
  total: string,
  now: Date,
): { credit: CreditDocument; amount: string }[] {
  const parts: { credit: CreditDocument; amount: string }[] = [];
  let due = new Exact(total);
  for (const credit of credits.toSorted(soonestFirst)) {
    const amount = Exact.min(due, remainingOf(credit, now));
    if (amount.lte(0)) continue;
    parts.push({ credit, amount: rounded(amount.toFixed(), credit.currency) });
    due = due.minus(amount);
  }
  return parts;
}

const soonestFirst = (a: CreditDocument, b: CreditDocument) =>
  expiryOf(a) - expiryOf(b) || a.grantedAt.getTime() - b.grantedAt.getTime() || (a._id < b._id ? -1 : 1);

/** Later than any date, and a number that can be compared with itself. */
const expiryOf = ({ expiresAt }: CreditDocument) => expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
