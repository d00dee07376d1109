import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { Me } from '@berth/contracts';
import { useState } from 'react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { SaveOrCancel } from '../server/save-or-cancel.tsx';

/** What somebody is called, and a way to change it. */
export function YourName() {
  const { user } = useMe();
  const [isEditing, { open, close }] = useDisclosure(false);
  if (isEditing) return <Editor name={user.name} onClose={close} />;
  return (
    <Group justify="space-between">
      {user.name}
      <Button variant="default" size="compact-sm" onClick={open}>
        Change your name
      </Button>
    </Group>
  );
}

function Editor({ name, onClose }: { name: string; onClose: () => void }) {
  const [wanted, setWanted] = useState(name);
  const queries = useQueryClient();
  const rename = useOrder<Me['user']>({
    done: ({ name: now }) => `You are ${now} now`,
    onDone: () => {
      onClose();
      void queries.invalidateQueries({ queryKey: keyOf(calls.me()) });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate(calls.updateMe({ name: wanted.trim() }));
      }}
    >
      <Stack gap="sm">
        <TextInput
          aria-label="Your name"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          maxLength={100}
          autoComplete="name"
          data-autofocus
        />
        <SaveOrCancel isSaving={rename.isPending} disabled={!wanted.trim()} onCancel={onClose} />
      </Stack>
    </form>
  );
}
