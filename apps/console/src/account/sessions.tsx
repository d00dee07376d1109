import { Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from '@tabler/icons-react';
import type { ListedSession } from '@berth/contracts';
import { useSessionChanged } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, readingAll } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { clientOf, type Client } from './client-of.ts';

export function Sessions() {
  const sessions = useQuery(readingAll(calls.sessions()));
  const changed = useSessionChanged();
  const endAll = useOrder<null>({ onDone: () => void changed() });
  return (
    <section aria-labelledby="sessions">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="sessions">
          Where you are logged in
        </Title>
        <Button
          variant="default"
          loading={endAll.isPending}
          onClick={() => endAll.mutate(calls.endSessions())}
        >
          Log out everywhere
        </Button>
      </Group>
      <Loaded of={sessions} skeleton={<Skeleton h={160} radius="md" />}>
        {(list) => (
          <PlainList>
            {list.map((session) => (
              <li key={session.id}>
                <Session of={session} />
              </li>
            ))}
          </PlainList>
        )}
      </Loaded>
    </section>
  );
}

const ICONS: Readonly<Record<Client['kind'], typeof IconTerminal2>> = {
  desktop: IconDeviceDesktop,
  mobile: IconDeviceMobile,
  program: IconTerminal2,
};

function Session({ of: { id, origin, createdAt, lastUsedAt, current } }: { of: ListedSession }) {
  const queries = useQueryClient();
  const client = clientOf(origin?.userAgent ?? '');
  const Icon = ICONS[client.kind];
  const end = useOrder<null>({
    done: `Logged out: ${client.name}`,
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.sessions()) }),
  });
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="sm">
        <Group gap="md" wrap="nowrap" miw={0}>
          <Icon size={24} stroke={1.5} aria-hidden />
          <Stack gap={4} miw={0}>
            <Group gap="sm">
              <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
                {client.name}
              </Title>
              {current && (
                <Badge variant="outline" color="harbour">
                  This one
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed" component="div">
              {origin && `${origin.address} · `}since <Moment at={createdAt} /> · last used{' '}
              <Moment at={lastUsedAt ?? createdAt} />
            </Text>
          </Stack>
        </Group>
        {!current && (
          <Button
            variant="default"
            aria-label={`Log out ${client.name}`}
            loading={end.isPending}
            onClick={() => end.mutate(calls.endSession(id))}
          >
            Log out
          </Button>
        )}
      </Group>
    </Paper>
  );
}
