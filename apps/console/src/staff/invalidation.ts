import { useQueryClient } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';

/** Has everything of an account read again: what is decided about an invoice tells in its credit and standing too. */
export function useInvalidation() {
  const queries = useQueryClient();
  return (accountId: string): void => {
    const { path } = calls.account(accountId);
    void queries.invalidateQueries({ predicate: ({ queryKey: [bare] }) => String(bare).startsWith(path) });
  };
}
