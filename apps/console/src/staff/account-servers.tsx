import { Group, Paper, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Status } from '../ui/status.tsx';
import { reasonText } from '../ui/statuses.ts';

/** The servers of an account that are not terminated, to be looked at: they are the customer's to run. */
export function AccountServers({ of: id }: { of: string }) {
  const servers = useQuery(readingAll(calls.accountServers(id)));
  return (
    <Loaded of={servers} skeleton={<Skeleton h={80} radius="md" />}>
      {(list) =>
        list.length === 0 ? (
          <Text c="dimmed">It has none.</Text>
        ) : (
          <PlainList label="Servers">
            {list.map((server) => (
              <Paper
                component="li"
                key={server.id}
                withBorder
                p="md"
                radius="md"
                style={{ overflowWrap: 'anywhere' }}
              >
                <Group justify="space-between" gap="sm">
                  <Text fw={600}>{server.name}</Text>
                  <Status of={server.status} />
                </Group>
                <Text size="sm">
                  {[server.hostname, server.ip, reasonText(server.reason)].filter(Boolean).join(' · ')}
                </Text>
                <Text size="sm" c="dimmed" component="div">
                  {server.id} · {server.product} {server.version} · {server.size} ·{' '}
                  {server.zone ?? server.region} · since <Moment at={server.createdAt} />
                </Text>
              </Paper>
            ))}
          </PlainList>
        )
      }
    </Loaded>
  );
}
