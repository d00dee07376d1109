import { Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { UsageReplay } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { Moment } from '../ui/moment.tsx';
import { Dot } from '../ui/status.tsx';
import type { Tone } from '../ui/statuses.ts';
import { Sure } from '../ui/sure.tsx';

const STATES: Readonly<Record<UsageReplay['state'], { label: string; tone: Tone }>> = {
  running: { label: 'Running', tone: 'busy' },
  succeeded: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  canceled: { label: 'Ended', tone: 'calm' },
};
const COUNT = new Intl.NumberFormat();

/** How far a replay has come, and ending it. */
export function UsageReplayCard({ of: replay }: { of: UsageReplay }) {
  const client = useQueryClient();
  const cancel = useOrder<UsageReplay>({
    done: 'The replay is ended',
    onDone: () => void client.invalidateQueries({ queryKey: keyOf(calls.usageReplays()).slice(0, 1) }),
  });
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0} flex="1 1 16rem" style={{ overflowWrap: 'anywhere' }}>
          <Group gap="sm">
            <Title order={2} size="h5">
              {replay.queue}
            </Title>
            <Dot {...STATES[replay.state]} />
          </Group>
          <Text size="sm" component="div">
            {COUNT.format(replay.published)} records, written from <Moment at={replay.from} /> to{' '}
            <Moment at={replay.to} />
          </Text>
          {replay.lastRecord && (
            <Text size="sm" c="dimmed" component="div">
              The last of <Moment at={replay.lastRecord.recordedAt} />: {replay.lastRecord.id}
            </Text>
          )}
          <Text size="xs" c="dimmed" component="div">
            {replay.id}, begun <Moment at={replay.createdAt} />
            {replay.endedAt && (
              <>
                , over <Moment at={replay.endedAt} />
              </>
            )}
          </Text>
        </Stack>
        {replay.state === 'running' && (
          <Sure
            button="End"
            label={`End the replay onto ${replay.queue}`}
            title="End this replay?"
            isPending={cancel.isPending}
            onSure={() => cancel.mutate(calls.cancelUsageReplay(replay.id))}
          >
            What is in the queue stays there. A new replay can go on from where this one ended.
          </Sure>
        )}
      </Group>
      {replay.error && (
        <Code block mt="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {replay.error}
        </Code>
      )}
    </Paper>
  );
}
