import { Button, Code, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconChecks, IconHandFinger } from '@tabler/icons-react';
import type { StuckThing } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { duration, Moment, useNow } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Dot } from '../ui/status.tsx';
import { LookAgain } from './look-again.tsx';
import { Unanswered } from './unanswered.tsx';

/** What does not get on by itself, longest first. */
export default function StuckScreen() {
  const stuck = useQuery(reading(calls.stuck()));
  return (
    <Page
      title="Stuck"
      subtitle={<Text c="dimmed">What does not get on by itself, longest first.</Text>}
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'List what is stuck', call: calls.stuck() },
              {
                title: 'Nudge one',
                call: calls.nudge(stuck.data?.items[0]?.id ?? 'srv_01jqexample0000000000000000'),
              },
            ]}
          />
          <LookAgain of={stuck} />
        </>
      }
    >
      <Loaded of={stuck} skeleton={<Skeleton h={240} radius="md" />}>
        {({ items, nextCursor, unanswered }) => (
          <Stack>
            <Unanswered services={unanswered} />
            {items.length === 0 ? (
              <Empty icon={<IconChecks size={28} />} title="Nothing is stuck">
                What is late or refused again and again shows here.
              </Empty>
            ) : (
              <PlainList label="Stuck">
                {items.map((thing) => (
                  <li key={`${thing.service}/${thing.id}`}>
                    <Thing of={thing} />
                  </li>
                ))}
              </PlainList>
            )}
            {nextCursor && <Text c="dimmed">There are more; they show when these get on.</Text>}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

/** What is not listed is shown as it came. */
const WHY: Readonly<Record<string, string>> = {
  late: 'Beyond its deadline',
  failing: 'Refused again and again',
  operation_late: 'Its operation is late',
};

function Thing({ of }: { of: StuckThing }) {
  const client = useQueryClient();
  const now = useNow();
  const nudge = useOrder({
    done: `${of.id} is taken up at once`,
    onDone: () => void client.invalidateQueries({ queryKey: keyOf(calls.stuck()).slice(0, 1) }),
  });
  const where = [of.service, of.kind, of.state, of.step && `step ${of.step}`, of.operation?.type];
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0} flex="1 1 16rem">
          <Group gap="sm">
            <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {of.id}
            </Title>
            <Dot tone={of.why === 'failing' ? 'bad' : 'warn'} label={WHY[of.why] ?? of.why} />
          </Group>
          <Text size="sm">{where.filter(Boolean).join(' · ')}</Text>
          <Text size="sm" c="dimmed" component="div">
            Stuck for {duration((now - Date.parse(of.stuckSince)) / 1_000)}, since{' '}
            <Moment at={of.stuckSince} />
            {of.attempts > 0 && ` · ${of.attempts} attempts failed`}
            {of.nextAttemptAt && (
              <>
                {' '}
                · next attempt <Moment at={of.nextAttemptAt} short />
              </>
            )}
          </Text>
          {of.accountId && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {of.accountId}
            </Text>
          )}
        </Stack>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconHandFinger size={14} />}
          loading={nudge.isPending}
          onClick={() => nudge.mutate(calls.nudge(of.id))}
          aria-label={`Nudge ${of.id}`}
        >
          Nudge
        </Button>
      </Group>
      {of.error && (
        <Code block mt="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {of.error}
        </Code>
      )}
    </Paper>
  );
}
