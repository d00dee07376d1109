import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconDatabaseExport } from '@tabler/icons-react';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { LookAgain } from './look-again.tsx';
import { EXAMPLE_REPLAY, StartReplay } from './start-replay.tsx';
import { UsageReplayCard } from './usage-replay.tsx';

const WHILE_IT_RUNS_MILLISECONDS = 2_000;

/** Usage for billing systems outside: what was published again for them, and doing so. */
export default function UsageFeedScreen() {
  const replays = useQuery({
    ...reading(calls.usageReplays()),
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(({ state }) => state === 'running') ? WHILE_IT_RUNS_MILLISECONDS : false,
  });
  const id = replays.data?.items[0]?.id ?? 'rpl_01jqexample0000000000000000';
  return (
    <Page
      title="Usage feed"
      subtitle={
        <Text c="dimmed">Usage records for billing systems outside, published again onto their queues.</Text>
      }
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'Read records from a cursor', call: calls.usageFeed() },
              { title: 'Replay onto a queue', call: calls.startUsageReplay(EXAMPLE_REPLAY) },
              { title: 'Read a replay', call: calls.usageReplay(id) },
              { title: 'End a replay', call: calls.cancelUsageReplay(id) },
            ]}
          />
          <LookAgain of={replays} />
          <StartReplay />
        </>
      }
    >
      <Loaded of={replays} skeleton={<Skeleton h={160} radius="md" />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<IconDatabaseExport size={28} />} title="Nothing was replayed">
              A system that lost records gets them again, in a queue that it binds to billing.replays.
            </Empty>
          ) : (
            <PlainList label="Replays">
              {items.map((replay) => (
                <li key={replay.id}>
                  <UsageReplayCard of={replay} />
                </li>
              ))}
            </PlainList>
          )
        }
      </Loaded>
    </Page>
  );
}
