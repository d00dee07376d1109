import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconHourglass } from '@tabler/icons-react';
import type { Operation, Server } from '@berth/contracts';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, readingAll } from '../api/reading.ts';
import { Moment } from '../ui/moment.tsx';

/** How long Berth waits: for a launch, and for a paused server that is resumed. */
const PATIENCE_HOURS = { launch: 24, resume: 1 };

/** AWS has no room: for what, how long it is waited for, and the way out. */
export function Waiting({ server }: { server: Server }) {
  const client = useQueryClient();
  const { data: timeline } = useQuery(readingAll(calls.timeline(server.id)));
  const isLaunch = server.operation?.type === 'launch';
  const cancel = useOrder<Operation>({
    done: isLaunch ? 'Cancelled; the server is given up' : 'Cancelled; the server stays paused',
    onDone: (operation) => client.setQueryData<Operation>(keyOf(calls.operation(operation.id)), operation),
  });
  const since = timeline?.findLast(({ to }) => to === 'waiting_for_capacity')?.at;
  const hours = PATIENCE_HOURS[isLaunch ? 'launch' : 'resume'];
  const { operation } = server;
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconHourglass />}
      title={`AWS has no room for ${server.waitingFor ?? 'it'} at the moment`}
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm" component="div">
          Berth asks again about four times a minute and goes on by itself.{' '}
          {since ? (
            <>
              It gives up at <Moment at={new Date(Date.parse(since) + hours * 3_600_000).toISOString()} />.
            </>
          ) : (
            `It gives up after ${hours} h.`
          )}{' '}
          {isLaunch
            ? 'Nothing is billed meanwhile. Another zone or size may be free: cancel this, and launch another.'
            : 'Only the disk is billed meanwhile. When it is cancelled, the server stays paused.'}
        </Text>
        <Group gap="xs">
          {operation && (
            <Button
              size="xs"
              variant="default"
              loading={cancel.isPending}
              onClick={() => cancel.mutate(calls.cancel(operation.id))}
            >
              {isLaunch ? 'Cancel the launch' : 'Cancel the resume'}
            </Button>
          )}
          {isLaunch && (
            <Button size="xs" variant="default" component={Link} to="/servers/new">
              Launch another
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
