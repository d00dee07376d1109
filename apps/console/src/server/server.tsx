import { ActionIcon, Anchor, Button, CopyButton, Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconCopy, IconServerOff } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { Link, useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Status } from '../ui/status.tsx';
import { reasonText } from '../ui/statuses.ts';
import { Actions } from './actions.tsx';
import { Configuration, Price } from './configuration.tsx';
import { CostCard } from './cost-card.tsx';
import { OperationsCard } from './operations.tsx';
import { Progress } from './progress.tsx';
import { Protection } from './protection.tsx';
import { Rename } from './rename.tsx';
import classes from './server.module.css';
import { TagsCard } from './tags-card.tsx';
import { TimelineCard } from './timeline.tsx';
import { Trouble } from './trouble.tsx';

export default function ServerScreen() {
  const { id = '' } = useParams<{ id: string }>();
  const server = useQuery(reading(calls.server(id)));
  if (isProblem(server.error, 'not_found') || isProblem(server.error, 'invalid_request')) return <NoServer />;
  return (
    <Loaded
      of={server}
      skeleton={
        <Page title="Server">
          <ServerSkeleton />
        </Page>
      }
    >
      {(known) => <ServerPage key={id} server={known} />}
    </Loaded>
  );
}

function ServerPage({ server }: { server: Server }) {
  const isGone = server.status === 'terminated';
  return (
    <Page
      title={server.name}
      subtitle={<Subtitle server={server} isGone={isGone} />}
      actions={
        <>
          {!isGone && <Actions server={server} />}
          <ApiCalls of={apiCalls(server)} />
        </>
      }
    >
      <Trouble server={server} />
      <div className={classes.columns}>
        <Stack gap="lg">
          <Progress server={server} />
          <CostCard server={server} />
          <TimelineCard server={server} />
          <OperationsCard server={server} />
        </Stack>
        <Stack gap="lg">
          <Configuration server={server} />
          {!isGone && <Price server={server} />}
          <TagsCard server={server} editable={!isGone} />
          {!isGone && <Protection server={server} />}
        </Stack>
      </div>
    </Page>
  );
}

function Subtitle({ server, isGone }: { server: Server; isGone: boolean }) {
  // Why it is unavailable, or paused by the budget, is said at length.
  const isSaid = server.status === 'unavailable' || server.reason === 'budget';
  const reason = isSaid ? null : reasonText(server.reason);
  return (
    <Stack gap={4}>
      <Group gap="md">
        <Text component="div" size="sm" fw={600} role="status">
          <Status of={server.status} />
        </Text>
        {!isGone && (
          <Group gap={4} wrap="nowrap">
            {server.status === 'running' ? (
              <Anchor
                size="sm"
                href={server.url}
                target="_blank"
                rel="noreferrer"
                style={{ overflowWrap: 'anywhere' }}
              >
                {server.hostname}
              </Anchor>
            ) : (
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {server.hostname}
              </Text>
            )}
            <CopyAddress url={server.url} />
            <Rename server={server} />
          </Group>
        )}
      </Group>
      {reason && (
        <Text size="sm" c="dimmed">
          {reason.charAt(0).toUpperCase() + reason.slice(1)}.
        </Text>
      )}
    </Stack>
  );
}

const CopyAddress = ({ url }: { url: string }) => (
  <CopyButton value={url}>
    {({ copied, copy }) => (
      <Tooltip label={copied ? 'Copied' : 'Copy the address'}>
        <ActionIcon
          variant="subtle"
          color="harbour"
          onClick={copy}
          aria-label={copied ? 'Copied' : 'Copy the address'}
        >
          {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
        </ActionIcon>
      </Tooltip>
    )}
  </CopyButton>
);

const apiCalls = ({ id, name }: Server) => [
  { title: 'Read this server', call: calls.server(id) },
  { title: 'Pause', call: calls.act(id, 'pause') },
  { title: 'Resume', call: calls.act(id, 'resume') },
  { title: 'Restart', call: calls.act(id, 'restart') },
  { title: 'Retry a failed launch', call: calls.retry(id) },
  { title: 'Rename', call: calls.update(id, { name }, '$ETAG') },
  { title: 'Protect', call: calls.update(id, { protected: true }, '$ETAG') },
  { title: 'Terminate', call: calls.terminate(id) },
  { title: 'Timeline', call: calls.timeline(id) },
  { title: 'Cost by day', call: calls.costs({ groupBy: 'day', server: id }) },
];

const NoServer = () => (
  <Page title="No such server">
    <Empty
      icon={<IconServerOff size={28} />}
      title="There is no such server, or it is not yours"
      action={
        <Button component={Link} to="/servers">
          To your servers
        </Button>
      }
    >
      The address may be mistyped, or belong to another account.
    </Empty>
  </Page>
);

const ServerSkeleton = () => (
  <div className={classes.columns}>
    <Stack gap="lg">
      <Skeleton h={280} />
      <Skeleton h={320} />
    </Stack>
    <Stack gap="lg">
      <Skeleton h={300} />
      <Skeleton h={120} />
    </Stack>
  </div>
);
