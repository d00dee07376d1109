import { useQueryClient } from '@tanstack/react-query';
import type { OfferedCatalog, Terms } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';

/** What a form needs that changes the terms of an account. */
export interface TermsForm {
  account: string;
  terms: Terms;
}
export interface TermsFormWithCatalog extends TermsForm {
  catalog: OfferedCatalog;
}

/** Changes the terms of an account; the form shows itself what is refused. */
export function useTermsOrder(account: string, { done, onDone }: { done: string; onDone: () => void }) {
  const queries = useQueryClient();
  return useOrder<Terms>({
    done,
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keyOf(calls.accountTerms(account)) });
      onDone();
    },
    onRefused: () => true,
  });
}

/** What a field of type `datetime-local` holds, taken as UTC: `2026-12-01T00:00`. */
export const utcOf = (field: string): string => `${field.slice(0, 16)}:00.000Z`;
