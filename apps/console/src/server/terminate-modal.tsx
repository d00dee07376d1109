import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import type { Accepted, Server } from '@berth/contracts';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTakeAccepted } from './take-accepted.ts';

/** The one thing that cannot be undone: says what is lost, and asks for the name. */
export function TerminateModal({ server, onClose }: { server: Server; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const taken = useTakeAccepted();
  const terminate = useOrder<Accepted>({
    onDone: (accepted) => {
      taken(accepted);
      onClose();
    },
    onRefused: () => true,
  });
  const isSure = typed.trim() === server.name;
  return (
    <Modal opened onClose={onClose} title={`Terminate ${server.name}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isSure) terminate.mutate(calls.terminate(server.id));
        }}
      >
        <Stack>
          <Text size="sm">This cannot be undone.</Text>
          <List size="sm" spacing={4}>
            {server.status !== 'failed' && (
              <List.Item>
                The disk of <b>{server.diskGib} GiB</b> and everything on it is deleted.
              </List.Item>
            )}
            <List.Item>
              <b>{server.hostname}</b> leads nowhere from now on. The name is held for you for 30 days; a new
              server of yours can have it.
            </List.Item>
            <List.Item>Nothing of it is billed any more. What it cost so far stays on the bill.</List.Item>
          </List>
          <TextInput
            label={
              <>
                Type <b>{server.name}</b> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          {terminate.isError && <ProblemAlert error={terminate.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Keep it
            </Button>
            <Button type="submit" color="red" disabled={!isSure} loading={terminate.isPending}>
              Terminate
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
