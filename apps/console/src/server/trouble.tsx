import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { PausedByBudget } from '../budget/paused-by-budget.tsx';
import { OPERATIONS } from '../ui/statuses.ts';
import { Failed } from './failed.tsx';
import { failureOf } from './failures.ts';
import { Waiting } from './waiting.tsx';

/** What is not as it should be with a server, in words, and what to do about it. */
export function Trouble({ server }: { server: Server }) {
  switch (server.status) {
    case 'failed':
      return <Failed server={server} />;
    case 'waiting_for_capacity':
      return <Waiting server={server} />;
    case 'terminated':
      return <Gone server={server} />;
    default:
      return (
        <>
          {server.status === 'unavailable' && server.reason && <Unavailable code={server.reason} />}
          {server.reason === 'budget' && <PausedByBudget />}
          {!server.operation && <LastFailed server={server} />}
        </>
      );
  }
}

function Unavailable({ code }: { code: string }) {
  const { title, advice } = failureOf(code);
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title={title}>
      <Text size="sm">
        {advice}{' '}
        {code === 'app_silent'
          ? 'It is billed meanwhile, since its instance is on; pause it to stop that.'
          : 'Only its disk is billed.'}
      </Text>
    </Alert>
  );
}

/** A pause, resume or restart that came to nothing, until something else is done. */
function LastFailed({ server }: { server: Server }) {
  const { data } = useQuery(reading(calls.operations(server.id)));
  const last = data?.items[0];
  if (last?.status !== 'failed' || !last.error) return null;
  const { title, advice } = failureOf(last.error.code);
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconAlertTriangle />}
      title={`${OPERATIONS[last.type]} failed: ${title.charAt(0).toLowerCase()}${title.slice(1)}`}
    >
      <Text size="sm">{advice}</Text>
    </Alert>
  );
}

const Gone = ({ server }: { server: Server }) => (
  <Alert color="harbour" variant="outline" icon={<IconInfoCircle />} title="This server is terminated">
    <Text size="sm">
      Its disk is deleted and nothing of it is billed any more. What it cost and what happened to it stays to
      be seen here. <b>{server.hostname}</b> is held for you for 30 days.
    </Text>
  </Alert>
);
