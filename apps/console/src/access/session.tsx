import { Center, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Me, StaffMe } from '@berth/contracts';
import { createContext, useContext, useEffect, type ReactNode } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { keyOf } from '../api/reading.ts';
import { send } from '../api/send.ts';
import { Live } from '../live/live.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

type AnyMe = Me | StaffMe;

const Who = createContext<AnyMe | null>(null);

/** Who is logged in; for screens that only they see. */
export function useMe(): AnyMe {
  const me = useContext(Who);
  if (!me) throw new Error('Nobody is logged in here');
  return me;
}

/** Who is logged in, or null. Whatever is answered 401 anywhere makes it null. */
const session = {
  queryKey: keyOf(calls.me()),
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<AnyMe | null> =>
    send(calls.me(), signal).catch((error: unknown) => {
      if (isProblem(error, 'unauthenticated')) return null;
      throw error;
    }),
};

const channel = new BroadcastChannel('berth-session');

/** After a log-in or log-out: forgets what belongs to somebody else, in every tab, and asks who it is now. */
export function useSessionChanged() {
  const client = useQueryClient();
  return async () => {
    channel.postMessage('changed');
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== session.queryKey[0] });
    await client.refetchQueries({ queryKey: session.queryKey });
  };
}

/** Who is logged in, or null, for screens that everybody sees. */
export function useSession() {
  const client = useQueryClient();
  useEffect(() => {
    const changed = () => void client.resetQueries();
    channel.addEventListener('message', changed);
    return () => channel.removeEventListener('message', changed);
  }, [client]);
  return useQuery(session);
}

interface Guarded {
  children: ReactNode;
}

/** Screens for customers; staff are led to theirs, strangers to the log-in and back afterwards. */
export function ForCustomers({ children }: Guarded) {
  return (
    <Gate admits={({ role }) => role !== 'staff'} others="/staff">
      {({ account }) => <Live key={account.id}>{children}</Live>}
    </Gate>
  );
}

/** Screens for the vendor's own people. */
export function ForStaff({ children }: Guarded) {
  return (
    <Gate admits={({ role }) => role === 'staff'} others="/">
      {() => children}
    </Gate>
  );
}

interface GateProps {
  admits: (me: AnyMe) => boolean;
  /** Where those are led who are somebody else. */
  others: string;
  children: (me: AnyMe) => ReactNode;
}

function Gate({ admits, others, children }: GateProps) {
  const { data: me, error, refetch } = useSession();
  const [pathname] = useLocation();
  const search = useSearch();
  if (me === undefined) return <Waiting error={error} onRetry={() => void refetch()} />;
  const from = search ? `${pathname}?${search}` : pathname;
  if (me === null) return <Redirect to="/login" state={{ from }} replace />;
  if (!admits(me)) return <Redirect to={others} replace />;
  return <Who value={me}>{children(me)}</Who>;
}

/** Log-in and sign-up; who is logged in already goes on to where they wanted to go. */
export function ForStrangers({ children }: Guarded) {
  const { data: me, error, refetch } = useSession();
  const state = useHistoryState<{ from?: string } | null>();
  if (me === undefined) return <Waiting error={error} onRetry={() => void refetch()} />;
  if (me !== null) return <Redirect to={state?.from ?? '/'} replace />;
  return children;
}

const Waiting = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <Center mih="100dvh" p="md">
    {error ? <ProblemAlert error={error} onRetry={onRetry} /> : <Loader role="status" aria-label="Loading" />}
  </Center>
);
