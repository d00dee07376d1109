import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconMailCheck, IconMailForward } from '@tabler/icons-react';
import type { DeadLetter } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Letter } from './letter.tsx';
import { LookAgain } from './look-again.tsx';
import { Unanswered } from './unanswered.tsx';

/** Messages that services could not handle and have put aside, by service. */
export default function DeadLettersScreen() {
  const letters = useQuery(reading(calls.deadLetters()));
  const { service, id } = letters.data?.items[0] ?? {
    service: 'billing',
    id: 'msg_01jqexample0000000000000000',
  };
  return (
    <Page
      title="Dead letters"
      subtitle={<Text c="dimmed">Messages that could not be handled; replayed, they are handled once.</Text>}
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'List dead letters', call: calls.deadLetters() },
              { title: 'Read one', call: calls.deadLetter(service, id) },
              { title: 'Replay one', call: calls.replay(service, id) },
              { title: 'Replay all of a service', call: calls.replayAll(service) },
            ]}
          />
          <LookAgain of={letters} />
        </>
      }
    >
      <Loaded of={letters} skeleton={<Skeleton h={240} radius="md" />}>
        {({ items, total, unanswered }) => (
          <Stack gap="xl">
            <Unanswered services={unanswered} />
            {items.length === 0 ? (
              <Empty icon={<IconMailCheck size={28} />} title="No dead letters">
                A message that fails at every attempt is put here, with its reason.
              </Empty>
            ) : (
              Object.entries(Object.groupBy(items, (letter) => letter.service)).map(([name, own]) => (
                <OfService key={name} service={name} letters={own ?? []} />
              ))
            )}
            {total > items.length && (
              <Text c="dimmed">{`These are the oldest ${items.length} of ${total}.`}</Text>
            )}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function OfService({ service, letters }: { service: string; letters: readonly DeadLetter[] }) {
  const client = useQueryClient();
  const replay = useOrder<{ replayed: number }>({
    done: ({ replayed }) => `${replayed} put back into the queues of ${service}`,
    onDone: () => void client.invalidateQueries({ queryKey: keyOf(calls.deadLetters()).slice(0, 1) }),
  });
  return (
    <section aria-label={service}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {service}
        </Title>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconMailForward size={14} />}
          loading={replay.isPending}
          onClick={() => replay.mutate(calls.replayAll(service))}
        >
          {`Replay all of ${service}`}
        </Button>
      </Group>
      <PlainList>
        {letters.map((letter) => (
          <li key={`${letter.queue}/${letter.id}`}>
            <Letter of={letter} />
          </li>
        ))}
      </PlainList>
    </section>
  );
}
