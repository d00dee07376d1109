import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { Entry } from '../audit/entry.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { PlainList } from '../ui/plain-list.tsx';

/** What was done in an account last. That staff looked is told its people, so nobody looks by opening the page. */
export function AccountTrail({ of: id }: { of: string }) {
  const [isShown, { open }] = useDisclosure(false);
  if (isShown) return <Trail of={id} />;
  return (
    <Stack align="flex-start" gap="xs">
      <Text size="sm" c="dimmed">
        Its owners and admins see that you have read it.
      </Text>
      <Button variant="default" onClick={open}>
        Show the audit trail
      </Button>
    </Stack>
  );
}

function Trail({ of: id }: { of: string }) {
  const trail = useQuery(reading(calls.accountAuditEvents(id)));
  return (
    <Loaded of={trail} skeleton={<Skeleton h={160} radius="md" />}>
      {({ items, nextCursor }) => (
        <Stack gap="sm">
          <PlainList label="Audit trail">
            {items.map((entry) => (
              <li key={entry.id}>
                <Entry of={entry} />
              </li>
            ))}
          </PlainList>
          {nextCursor && <Text c="dimmed">There are older ones: the API has them all.</Text>}
        </Stack>
      )}
    </Loaded>
  );
}
