import type { ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

interface Props<Data> {
  of: { data: Data | undefined; isError: boolean; error: unknown; refetch: () => unknown };
  /** In the shape of what is coming, so that nothing jumps. */
  skeleton: ReactNode;
  children: (data: Data) => ReactNode;
}

/** What a read gives, its skeleton while there is nothing yet, or what went wrong. Old data stay shown while new are fetched. */
export function Loaded<Data>({ of, skeleton, children }: Props<Data>) {
  if (of.data !== undefined) return children(of.data);
  if (of.isError) return <ProblemAlert error={of.error} onRetry={() => void of.refetch()} />;
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      {skeleton}
    </div>
  );
}
