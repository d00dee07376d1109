import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { Meter, Server, Void } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { METER_CHOICES } from '../ui/meters.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

interface Props {
  of: string;
  servers: readonly Server[];
}

/** Has minutes of a server not billed. */
export function DeclareVoid(props: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Declare minutes void
      </Button>
      {isOpen && <VoidForm {...props} onClose={close} />}
    </>
  );
}

function VoidForm({ of: id, servers, onClose }: Props & { onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      serverId: servers[0]?.id ?? '',
      meter: 'compute' as Meter,
      from: '',
      to: '',
      reason: '',
    },
    validate: {
      from: (text) => !text && 'Say from when on',
      to: (text) => !text && 'Say until when',
      reason: (text) => !text.trim() && 'Say why',
    },
  });
  const declare = useOrder<Void>({
    done: 'The minutes are not billed',
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keyOf(calls.accountVoids(id)) });
      onClose();
    },
    onRefused: () => true,
  });
  const submit = ({ from, to, ...rest }: typeof form.values) =>
    declare.mutate(calls.declareVoid(id, { ...rest, from: utc(from), to: utc(to) }));
  return (
    <Modal opened onClose={onClose} title="Declare minutes void">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <NativeSelect
            label="Server"
            data={servers.map((server) => ({ value: server.id, label: `${server.name} (${server.status})` }))}
            {...form.getInputProps('serverId')}
          />
          <NativeSelect label="What of it" data={METER_CHOICES} {...form.getInputProps('meter')} />
          <TextInput label="From (UTC)" type="datetime-local" required {...form.getInputProps('from')} />
          <TextInput label="To (UTC)" type="datetime-local" required {...form.getInputProps('to')} />
          <TextInput
            label="Reason"
            description="Its people read this"
            maxLength={200}
            required
            {...form.getInputProps('reason')}
          />
          {declare.isError && <ProblemAlert error={declare.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={declare.isPending}>
              Do not bill them
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What the field holds, `2026-11-22T08:00`, read as UTC. */
const utc = (local: string): string => `${local.slice(0, 16)}:00Z`;
