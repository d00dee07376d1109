import { Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { CustomerAccount, Quota } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';

const FIELDS: readonly [keyof Quota, string][] = [
  ['servers', 'Servers'],
  ['vcpu', 'vCPU'],
  ['diskGib', 'Disk in GiB'],
];
const MOST = 1_000_000;

/** Decides what an account may have at once. */
export function ChangeQuota({ of: account }: { of: CustomerAccount }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        Change limits
      </Button>
      {isOpen && <QuotaForm of={account} onClose={close} />}
    </>
  );
}

function QuotaForm({ of: { id, name, quota }, onClose }: { of: CustomerAccount; onClose: () => void }) {
  const form = useForm<Quota>({ initialValues: quota });
  const queries = useQueryClient();
  const change = useOrder<CustomerAccount>({
    done: `The limits of ${name} are changed`,
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keyOf(calls.account(id)).slice(0, 1) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`What may ${name} have at once?`}>
      <form onSubmit={form.onSubmit((wanted) => change.mutate(calls.updateAccount(id, wanted)))}>
        <Stack>
          {FIELDS.map(([field, label]) => (
            <NumberInput
              key={field}
              label={label}
              required
              min={0}
              max={MOST}
              allowDecimal={false}
              thousandSeparator=" "
              {...form.getInputProps(field)}
            />
          ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Change limits
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
