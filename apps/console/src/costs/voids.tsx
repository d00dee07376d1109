import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { VoidList } from './void-list.tsx';

/** What the account used and is not billed for; nothing when all is. */
export function OwnVoids({ servers }: { servers: ReadonlyMap<string, Server> }) {
  const { data } = useQuery(readingAll(calls.voids()));
  if (!data || data.length === 0) return null;
  return (
    <section aria-labelledby="voids">
      <Title order={2} size="h4" id="voids" mb="sm">
        Not billed
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        The costs above are without these minutes.
      </Text>
      <VoidList of={data} nameOf={(id) => servers.get(id)?.name ?? id} />
    </section>
  );
}
