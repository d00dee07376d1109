import { ActionIcon, Alert, Popover, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { useState } from 'react';
import { useEdit } from './editing.tsx';
import { SaveOrCancel } from './save-or-cancel.tsx';

/** The pencil beside the name. */
export function Rename({ server }: { server: Server }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      trapFocus
      returnFocus
      withRoles={false}
      position="bottom-start"
      shadow="md"
      width={320}
    >
      <Popover.Target>
        <Tooltip label="Rename">
          <ActionIcon
            variant="subtle"
            color="harbour"
            aria-label="Rename"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            <IconPencil size={18} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Rename">
        {opened && <Editor server={server} onClose={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Editor({ server, onClose }: { server: Server; onClose: () => void }) {
  const [seen, setSeen] = useState(server.name);
  const [name, setName] = useState(server.name);
  const [newer, setNewer] = useState<string>();
  const edit = useEdit(server.id, (now) => {
    setSeen(now.name);
    setNewer(now.name);
  });
  const wanted = name.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted === seen) return onClose();
        edit.mutate({ field: 'name', seen, wanted, done: `Renamed to ${wanted}` }, { onSuccess: onClose });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="Its host name stays as it is"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          data-autofocus
        />
        {newer !== undefined && (
          <Alert role="alert" color="yellow" variant="outline" p="sm">
            Somebody has just named it “{newer}”. Save again to use yours.
          </Alert>
        )}
        <SaveOrCancel isSaving={edit.isPending} disabled={wanted === ''} onCancel={onClose} />
      </Stack>
    </form>
  );
}
