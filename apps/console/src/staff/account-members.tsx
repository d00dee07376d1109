import { Paper, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import { ROLES } from '../members/roles.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { PlainList } from '../ui/plain-list.tsx';

/** The people of an account; who belongs to it is theirs to decide. */
export function AccountMembers({ of: id }: { of: string }) {
  const members = useQuery(readingAll(calls.accountMembers(id)));
  return (
    <Loaded of={members} skeleton={<Skeleton h={80} radius="md" />}>
      {(list) => (
        <PlainList label="Members">
          {list.map(({ id: memberId, name, email, role, createdAt, secondFactor }) => (
            <Paper
              component="li"
              key={memberId}
              withBorder
              p="md"
              radius="md"
              style={{ overflowWrap: 'anywhere' }}
            >
              <Text fw={600}>{name}</Text>
              <Text size="sm" c="dimmed" component="div">
                {email} · {ROLES[role]} · since <Moment at={createdAt} />
                {secondFactor &&
                  (secondFactor.totp ? ' · with a second factor' : ' · without a second factor')}
              </Text>
            </Paper>
          ))}
        </PlainList>
      )}
    </Loaded>
  );
}
