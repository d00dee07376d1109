import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { NewUsageReplay, UsageReplay } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** What the API is shown to take. */
export const EXAMPLE_REPLAY: NewUsageReplay = { queue: 'ledger.usage', from: '2026-11-22T00:00:00Z' };

/** Has records published again for one queue. */
export function StartReplay() {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>Replay onto a queue</Button>
      {isOpen && <ReplayForm onClose={close} />}
    </>
  );
}

function ReplayForm({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { queue: '', from: '', to: '' },
    validate: {
      queue: (text) => !text.trim() && 'Name the queue',
      from: (text) => !text && 'Say from when on',
    },
  });
  const start = useOrder<UsageReplay>({
    done: 'The replay has begun',
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keyOf(calls.usageReplays()).slice(0, 1) });
      onClose();
    },
    onRefused: () => true,
  });
  const submit = ({ queue, from, to }: typeof form.values) =>
    start.mutate(
      calls.startUsageReplay({ queue: queue.trim(), from: instant(from), ...(to && { to: instant(to) }) }),
    );
  return (
    <Modal opened onClose={onClose} title="Replay onto a queue">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            label="Queue"
            description="Its owner has bound it to the exchange billing.replays under this name"
            data-autofocus
            required
            {...form.getInputProps('queue')}
          />
          <TextInput
            type="datetime-local"
            label="Written from (UTC)"
            required
            {...form.getInputProps('from')}
          />
          <TextInput
            type="datetime-local"
            label="Written until (UTC)"
            description="Until now, when it is left empty"
            {...form.getInputProps('to')}
          />
          {start.isError && <ProblemAlert error={start.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={start.isPending}>
              Replay
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** `2026-11-22T10:00` as the field gives it, in UTC. */
const instant = (local: string): string => new Date(`${local}Z`).toISOString();
