import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import type { Invitation, Role } from '@berth/contracts';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { ROLES, rolesGivenBy } from './roles.ts';

/** Invites an address, and shows the link to pass on. */
export function Invite({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const invite = useOrder<Invitation & { token: string }>({
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.invitations()) }),
    onRefused: () => true,
  });
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: '', role: 'operator' } });
  if (invite.data) {
    return (
      <ShownOnce
        title={`The invitation of ${invite.data.email}`}
        label="Link"
        secret={`${location.origin}/invitation#${invite.data.token}`}
        onClose={onClose}
      >
        A link is sent to them. Should it not arrive, pass this one on: it is shown this once, is good for
        seven days, and lets in nobody but {invite.data.email}.
      </ShownOnce>
    );
  }
  return (
    <Modal opened onClose={onClose} title="Invite somebody">
      <form onSubmit={form.onSubmit((values) => invite.mutate(calls.invite(values)))}>
        <Stack>
          <Text size="sm" c="dimmed">
            They join {me.account.name} with an account of their own, or make one.
          </Text>
          <TextInput
            label="E-mail"
            type="email"
            maxLength={254}
            data-autofocus
            required
            {...form.getInputProps('email')}
          />
          <NativeSelect
            label="Role"
            data={rolesGivenBy(me.role).map((value) => ({ value, label: ROLES[value] }))}
            {...form.getInputProps('role')}
          />
          {invite.isError && <ProblemAlert error={invite.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Make the invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
