import { Badge, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Member, Role } from '@berth/contracts';
import { useMe, useSessionChanged } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { Moment } from '../ui/moment.tsx';
import { Sure } from '../ui/sure.tsx';
import { mayManageMembers, ROLES, rolesGivenBy } from './roles.ts';

/** One member, and what may be done about them. */
export function MemberCard({ of }: { of: Member }) {
  const { id, userId, name, email, role, createdAt, secondFactor } = of;
  const me = useMe();
  const isMe = userId === me.user.id;
  const given = rolesGivenBy(me.role);
  const mayManage = mayManageMembers(me.role) && given.includes(role);
  const queries = useQueryClient();
  const change = useOrder<Member>({
    done: (member) => `${member.name} is ${member.role} now`,
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.members()) }),
  });
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0}>
          <Group gap="sm">
            <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Title>
            {isMe && (
              <Badge variant="outline" color="harbour">
                You
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {email} · since <Moment at={createdAt} />
            {secondFactor && (secondFactor.totp ? ' · with a second factor' : ' · without a second factor')}
          </Text>
        </Stack>
        <Group gap="xs">
          {mayManage ? (
            <NativeSelect
              aria-label={`Role of ${name}`}
              data={given.map((value) => ({ value, label: ROLES[value] }))}
              value={role}
              disabled={change.isPending}
              onChange={(event) => change.mutate(calls.updateMember(id, event.currentTarget.value as Role))}
            />
          ) : (
            <Text size="sm">{ROLES[role]}</Text>
          )}
          {isMe ? <Leave /> : mayManage && <Remove id={id} name={name} />}
        </Group>
      </Group>
    </Paper>
  );
}

function Remove({ id, name }: Pick<Member, 'id' | 'name'>) {
  const queries = useQueryClient();
  const remove = useOrder<null>({
    done: `${name} no longer belongs to the account`,
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.members()) }),
  });
  return (
    <Sure
      button="Remove"
      label={`Remove ${name}`}
      title={`Remove ${name}?`}
      isPending={remove.isPending}
      onSure={() => remove.mutate(calls.removeMember(id))}
    >
      They are logged out of this account, and their API tokens of it stop working at once.
    </Sure>
  );
}

function Leave() {
  const { account } = useMe();
  const changed = useSessionChanged();
  const leave = useOrder<null>({ onDone: () => void changed() });
  return (
    <Sure
      button="Leave"
      label="Leave the account"
      title={`Leave ${account.name}?`}
      isPending={leave.isPending}
      onSure={() => leave.mutate(calls.leaveAccount())}
    >
      You are logged out, and your API tokens of this account stop working at once. Only somebody who stays
      can invite you again.
    </Sure>
  );
}
