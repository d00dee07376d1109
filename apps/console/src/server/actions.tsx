import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Accepted, Server } from '@berth/contracts';
import {
  IconExternalLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconRotateClockwise,
  IconTrash,
} from '@tabler/icons-react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ActionButton } from './action-button.tsx';
import { obstacleTo } from './allowed.ts';
import { TerminateModal } from './terminate-modal.tsx';
import { useTakeAccepted } from './take-accepted.ts';

/** What can be done with a server now; what cannot says why. */
export function Actions({ server }: { server: Server }) {
  const taken = useTakeAccepted();
  const [isTerminating, { open, close }] = useDisclosure(false);
  const order = useOrder<Accepted>({ onDone: taken });
  const isPaused = server.status === 'paused';
  const button = (action: 'pause' | 'resume' | 'restart') => ({
    variant: 'default',
    obstacle: obstacleTo(action, server),
    loading: order.isPending && order.variables.path.endsWith(action),
    onClick: () => order.mutate(calls.act(server.id, action)),
  });
  return (
    <>
      {server.status === 'running' && (
        <Button
          component="a"
          href={server.url}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          Open
        </Button>
      )}
      {isPaused ? (
        <ActionButton
          {...button('resume')}
          variant="filled"
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
        >
          Resume
        </ActionButton>
      ) : (
        <ActionButton {...button('pause')} leftSection={<IconPlayerPause size={16} aria-hidden />}>
          Pause
        </ActionButton>
      )}
      <ActionButton {...button('restart')} leftSection={<IconRotateClockwise size={16} aria-hidden />}>
        Restart
      </ActionButton>
      <ActionButton
        variant="outline"
        color="red"
        obstacle={obstacleTo('terminate', server)}
        onClick={open}
        leftSection={<IconTrash size={16} aria-hidden />}
      >
        Terminate
      </ActionButton>
      {isTerminating && <TerminateModal server={server} onClose={close} />}
    </>
  );
}
