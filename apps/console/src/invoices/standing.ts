import type { InvoiceSummary } from '@berth/contracts';
import type { Tone } from '../ui/statuses.ts';

/** How an invoice stands at a time in milliseconds since 1970, in words. */
export function standingOf(
  { kind, status, dueAt }: Pick<InvoiceSummary, 'kind' | 'status' | 'dueAt'>,
  now: number,
): { label: string; tone: Tone } {
  if (status === 'void') return { label: 'Void', tone: 'calm' };
  if (kind === 'credit_note') return { label: 'Credited', tone: 'good' };
  if (status === 'paid') return { label: 'Paid', tone: 'good' };
  if (dueAt && Date.parse(dueAt) < now) return { label: 'Past due', tone: 'bad' };
  return { label: 'To be paid', tone: 'warn' };
}
