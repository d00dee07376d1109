import { useQueryClient, type Query } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { calls } from '../api/calls.ts';
import { keyOf } from '../api/reading.ts';
import { take } from './changes.ts';
import { LiveStream } from './stream.ts';

const Connected = createContext(false);

/** Whether what is shown follows what happens, as it happens. */
export const useConnected = () => useContext(Connected);

const isOfServers = ({ queryKey: [path] }: Query) => /^\/v1\/(?:servers|operations)/.test(String(path));

/** Keeps everything cached true while somebody is logged in. */
export function Live({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    let wasConnected = false;
    const stream = new LiveStream((message) => {
      if (message.kind === 'change') take(client, message.change);
      else if (message.kind === 'reset') void client.invalidateQueries();
      // An EventSource does not say why; whoever is logged in no longer is shown the log-in.
      else if (message.kind === 'refused') void client.invalidateQueries({ queryKey: keyOf(calls.me()) });
      else {
        // What has happened before the first event is known by nobody but the reads.
        if (message.connected && !wasConnected) void client.invalidateQueries({ predicate: isOfServers });
        wasConnected = message.connected;
        setConnected(message.connected);
      }
    });
    return () => stream.end();
  }, [client]);
  return <Connected value={connected}>{children}</Connected>;
}
