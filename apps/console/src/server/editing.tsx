import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { keyOf } from '../api/reading.ts';
import { send, sendTagged } from '../api/send.ts';
import { problemText } from '../ui/problem-text.ts';

/** What a customer may edit of a server, one thing at a time. */
export type Edited = Pick<Server, 'name' | 'tags' | 'protected'>;

export interface Edit<Field extends keyof Edited = keyof Edited> {
  field: Field;
  /** What it was when the editing began; it must still be that. */
  seen: Edited[Field];
  wanted: Edited[Field];
  /** `Renamed to calm-harbour` */
  done: string;
}

/** Somebody else changed the same thing meanwhile: to this. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
  constructor(readonly server: Server) {
    super('It was changed meanwhile');
  }
}

async function carryOut(id: string, edit: Edit): Promise<Server> {
  const { answer, etag } = await sendTagged(calls.server(id));
  if (!isSame(answer[edit.field], edit.seen)) throw new ChangedMeanwhile(answer);
  try {
    return await send(calls.update(id, { [edit.field]: edit.wanted }, etag));
  } catch (error) {
    // Changed between the two calls, perhaps another thing of it: looked at once more.
    if (isProblem(error, 'precondition_failed')) return carryOut(id, edit);
    throw error;
  }
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const sorted = (value: unknown) =>
  typeof value === 'object' && value ? Object.entries(value).toSorted() : value;

/** Edits a server, offers to undo it, and says so when somebody else was faster: then `onConflict` gets the newer one. */
export function useEdit(id: string, onConflict?: (server: Server) => void) {
  const client = useQueryClient();
  const edit = useMutation({
    mutationFn: (wanted: Edit) => carryOut(id, wanted),
    onSuccess: (server, { field, seen, wanted, done }) => {
      client.setQueryData<Server>(keyOf(calls.server(id)), server);
      const undo = () => edit.mutate({ field, seen: wanted, wanted: seen, done: 'Undone' });
      const notification = crypto.randomUUID();
      notifications.show({
        id: notification,
        color: 'teal',
        autoClose: 10_000,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{done}</Text>
            {done !== 'Undone' && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  notifications.hide(notification);
                  undo();
                }}
              >
                Undo
              </Button>
            )}
          </Group>
        ),
      });
    },
    onError: (error) => {
      if (error instanceof ChangedMeanwhile) {
        client.setQueryData<Server>(keyOf(calls.server(id)), error.server);
        if (onConflict) return onConflict(error.server);
      }
      const { title, text } =
        error instanceof ChangedMeanwhile
          ? { title: 'It was changed meanwhile', text: 'You see it as it is now; decide anew.' }
          : problemText(error);
      notifications.show({ title, message: text, color: 'red', autoClose: 12_000 });
    },
  });
  return edit;
}
