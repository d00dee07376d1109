import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Invitation } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, readingAll } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { ROLES } from './roles.ts';

/** The invitations that nobody has accepted yet; none, nothing is shown. */
export function Invitations() {
  const invitations = useQuery(readingAll(calls.invitations()));
  if (invitations.data?.length === 0) return null;
  return (
    <section aria-labelledby="invitations">
      <Title order={2} size="h4" id="invitations" mb="sm">
        Invited
      </Title>
      <Loaded of={invitations} skeleton={<Skeleton h={80} radius="md" />}>
        {(list) => (
          <PlainList>
            {list.map((invitation) => (
              <li key={invitation.id}>
                <Invited of={invitation} />
              </li>
            ))}
          </PlainList>
        )}
      </Loaded>
    </section>
  );
}

function Invited({ of: { id, email, role, expiresAt } }: { of: Invitation }) {
  const queries = useQueryClient();
  const revoke = useOrder<null>({
    done: `The invitation of ${email} is void`,
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.invitations()) }),
  });
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0}>
          <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {email}
          </Title>
          <Text size="sm" c="dimmed" component="div">
            {ROLES[role]} · until <Moment at={expiresAt} />
          </Text>
        </Stack>
        <Button
          variant="default"
          aria-label={`Revoke the invitation of ${email}`}
          loading={revoke.isPending}
          onClick={() => revoke.mutate(calls.revokeInvitation(id))}
        >
          Revoke
        </Button>
      </Group>
    </Paper>
  );
}
