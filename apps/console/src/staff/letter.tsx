import { Button, Code, Drawer, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { DeadLetter } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Dot } from '../ui/status.tsx';
import { readable } from './readable.ts';

/** What is not listed is shown as it came. */
const REASON: Readonly<Record<string, string>> = {
  unreadable: 'Could not be read',
  failed: 'Failed at every attempt',
  no_handler: 'Nobody handles it',
  delivery_limit: 'Ended the process again and again',
};

/** A message put aside, with what can be done about it. */
export function Letter({ of }: { of: DeadLetter }) {
  const { id, service, type, queue, reason, error, attempts, deadAt } = of;
  const client = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const replay = useOrder({
    done: `Put back into ${queue}`,
    onDone: () => {
      close();
      void client.invalidateQueries({ queryKey: keyOf(calls.deadLetters()).slice(0, 1) });
    },
  });
  const replayButton = (
    <Button
      size="xs"
      variant={isOpen ? 'filled' : 'default'}
      loading={replay.isPending}
      onClick={() => replay.mutate(calls.replay(service, id))}
      aria-label={`Replay ${id}`}
    >
      Replay
    </Button>
  );
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0} flex="1 1 16rem">
          <Group gap="sm">
            <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {type}
            </Title>
            <Dot tone="bad" label={REASON[reason] ?? reason} />
          </Group>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {queue} · {attempts === 1 ? '1 attempt' : `${attempts} attempts`}
            {deadAt && (
              <>
                {' '}
                · <Moment at={deadAt} />
              </>
            )}
            {' · '}
            {id}
          </Text>
        </Stack>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={open} aria-label={`Details of ${id}`}>
            Details
          </Button>
          {replayButton}
        </Group>
      </Group>
      {error && (
        <Code block mt="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {error}
        </Code>
      )}
      {isOpen && (
        <Drawer opened onClose={close} position="right" size="xl" title={type}>
          <Stack>
            <Details service={service} id={id} />
            <Group>{replayButton}</Group>
          </Stack>
        </Drawer>
      )}
    </Paper>
  );
}

function Details({ service, id }: { service: string; id: string }) {
  const details = useQuery(reading(calls.deadLetter(service, id)));
  return (
    <Loaded of={details} skeleton={<Skeleton h={320} />}>
      {({ stack, body }) => (
        <>
          <Block title="Body" text={readable(body)} />
          <Block title="Stack" text={stack || 'The broker put it aside; there is none.'} />
        </>
      )}
    </Loaded>
  );
}

const Block = ({ title, text }: { title: string; text: string }) => (
  <div>
    <Title order={3} size="h5" mb={4}>
      {title}
    </Title>
    <Code block tabIndex={0} mah={420} style={{ overflow: 'auto' }}>
      {text}
    </Code>
  </div>
);
