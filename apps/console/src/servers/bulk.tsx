import { Button, List, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Accepted, Server } from '@berth/contracts';
import type { ApiCall } from '../api/call.ts';
import { calls } from '../api/calls.ts';
import { send } from '../api/send.ts';
import { problemText } from '../ui/problem-text.ts';
import { forEach, type Outcome } from './each.ts';
import { whenFree } from './when-free.ts';

type Action = 'pause' | 'resume';

const WORDS = {
  pause: { doing: 'Pausing', opposite: 'resume', undo: 'Resume them again' },
  resume: { doing: 'Resuming', opposite: 'pause', undo: 'Pause them again' },
} as const;

const LONG_ENOUGH_TO_UNDO = 20_000;

/**
 * Orders for many servers, each an order of its own: a notice tells how far it is and at the end what was refused, and
 * offers the opposite. It goes on when the screen is left.
 */
export function useBulk() {
  const client = useQueryClient();
  return (action: Action, servers: readonly Server[]) => carryOut(client, action, servers);
}

async function carryOut(client: QueryClient, action: Action, servers: readonly Server[], isUndo = false) {
  const { doing, opposite, undo } = WORDS[action];
  const title = `${doing} ${countOf(servers)}`;
  const id = notifications.show({
    title,
    message: <Progressing ended={0} of={servers.length} />,
    autoClose: false,
    withCloseButton: false,
    loading: true,
  });
  const order = async (server: Server) => {
    if (isUndo) await whenFree(client, server.id);
    return ordered(client, calls.act(server.id, action));
  };
  const outcome = await forEach(servers, order, (ended) =>
    notifications.update({ id, title, message: <Progressing ended={ended} of={servers.length} /> }),
  );
  const isRefused = outcome.refused.length > 0;
  const done = outcome.done.map(({ item }) => item);
  const goBack = () => {
    notifications.hide(id);
    void carryOut(client, opposite, done, true);
  };
  notifications.update({
    id,
    title: isRefused ? `${outcome.refused.length} of ${servers.length} refused` : title,
    message: (
      <Stack gap="xs" align="flex-start">
        <Summary outcome={outcome} />
        {done.length > 0 && !isUndo && (
          <Button size="xs" variant="default" onClick={goBack}>
            {undo}
          </Button>
        )}
      </Stack>
    ),
    color: isRefused ? 'red' : 'teal',
    loading: false,
    withCloseButton: true,
    autoClose: isRefused ? false : LONG_ENOUGH_TO_UNDO,
  });
}

/** One order with the retries of every order, outside of a component. */
const ordered = (client: QueryClient, call: ApiCall<Accepted>): Promise<Accepted> =>
  client
    .getMutationCache()
    .build(client, { mutationFn: () => send(call) })
    .execute(undefined);

const countOf = ({ length }: readonly unknown[]) => (length === 1 ? '1 server' : `${length} servers`);

function Progressing({ ended, of }: { ended: number; of: number }) {
  return (
    <Stack gap={6}>
      <Text size="sm">{`${ended} of ${of} ordered`}</Text>
      <Progress value={(100 * ended) / of} aria-label="Ordered" />
    </Stack>
  );
}

/** A long list would not fit on a phone. */
const MOST_NAMED = 5;

function Summary({ outcome: { done, refused } }: { outcome: Outcome<Server, Accepted> }) {
  const more = refused.length - MOST_NAMED;
  return (
    <Stack gap={4}>
      {done.length > 0 && <Text size="sm">{`${countOf(done)} told; the list shows how it goes on.`}</Text>}
      {refused.length > 0 && (
        <List size="sm">
          {refused.slice(0, MOST_NAMED).map(({ item, error }) => {
            const { title, text, reference } = problemText(error);
            return (
              <List.Item key={item.id} title={reference && `Request ${reference}`}>
                {`${item.name}: ${title}. ${text}`}
              </List.Item>
            );
          })}
          {more > 0 && <List.Item>{`and ${more} more`}</List.Item>}
        </List>
      )}
    </Stack>
  );
}
