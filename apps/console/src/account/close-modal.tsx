import { Button, Group, List, Modal, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Closing } from '@berth/contracts';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, readingAll } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** Says what happens, in numbers, and asks for the account's name and the password. */
export default function CloseModal({ onClose }: { onClose: () => void }) {
  const { account } = useMe();
  const client = useQueryClient();
  const servers = useQuery(readingAll(calls.servers()));
  const members = useQuery(readingAll(calls.members()));
  const form = useForm({
    initialValues: { accountName: '', password: '' },
    validate: { accountName: (typed) => typed !== account.name && 'This is not its name' },
  });
  const close = useOrder<Closing>({
    done: 'The account is closing',
    onDone: () => {
      void client.invalidateQueries({ queryKey: keyOf(calls.me()) });
      onClose();
    },
    onRefused: ({ code }) => {
      if (code === 'wrong_password') form.setFieldError('password', 'This is not your password');
      return true;
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Close ${account.name}?`}>
      <form onSubmit={form.onSubmit((values) => close.mutate(calls.closeAccount(values)))}>
        <Stack>
          <List size="sm" spacing={4}>
            <List.Item>
              <Loaded of={servers} skeleton={<Skeleton h={20} w={220} />}>
                {({ length }) => <ServersEnd many={length} />}
              </Loaded>
            </List.Item>
            <List.Item>Nothing more can be launched, and nothing runs that costs.</List.Item>
            <List.Item>
              {members.data && members.data.length > 1
                ? `All ${members.data.length} members can log in, look and download for now.`
                : 'You can log in, look and download for now.'}
            </List.Item>
            <List.Item>
              When the grace period is over all is deleted but what invoices are made from. Until then you can
              open the account again; its servers are gone by then.
            </List.Item>
          </List>
          <TextInput
            label={
              <>
                Type <b>{account.name}</b> to confirm
              </>
            }
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps('accountName')}
          />
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            {...form.getInputProps('password')}
          />
          {close.isError && !form.errors['password'] && <ProblemAlert error={close.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Keep it
            </Button>
            <Button type="submit" color="red" loading={close.isPending}>
              Close the account
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ServersEnd({ many }: { many: number }) {
  if (many === 0) return <Text span>There is no server to terminate.</Text>;
  return (
    <Text span>
      <b>{many === 1 ? 'One server' : `${many} servers`}</b> and all that is on{' '}
      {many === 1 ? 'its disk is' : 'their disks are'} gone for good, at once.
    </Text>
  );
}
