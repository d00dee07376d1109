import { Switch } from '@mantine/core';
import type { Server } from '@berth/contracts';
import { Card } from './card.tsx';
import { useEdit } from './editing.tsx';

/** Whether terminating is refused. */
export function Protection({ server }: { server: Server }) {
  const edit = useEdit(server.id);
  return (
    <Card title="Protection">
      <Switch
        label="Protect from being terminated"
        description="While it is on, nobody can terminate this server, neither here nor over the API"
        checked={edit.isPending ? edit.variables.wanted === true : server.protected}
        disabled={edit.isPending}
        onChange={({ currentTarget: { checked } }) =>
          edit.mutate({
            field: 'protected',
            seen: server.protected,
            wanted: checked,
            done: checked ? 'Protected' : 'No longer protected',
          })
        }
      />
    </Card>
  );
}
