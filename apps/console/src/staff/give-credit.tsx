import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { Credit } from '@berth/contracts';
import { expiryOf } from '../account/expiry.ts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

const LIVES = [
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '0', label: 'Until it is used up' },
];

/** Gives an account money that it need not pay. */
export function GiveCredit({ to, currency }: { to: string; currency: string }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Give credit
      </Button>
      {isOpen && <CreditForm to={to} currency={currency} onClose={close} />}
    </>
  );
}

interface Props {
  to: string;
  currency: string;
  onClose: () => void;
}

function CreditForm({ to, currency, onClose }: Props) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { amount: '', reason: '', days: '365' },
    validate: { reason: (text) => !text.trim() && 'Say what it is for' },
  });
  const give = useOrder<Credit>({
    done: 'The credit is given',
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keyOf(calls.accountCredits(to)) });
      onClose();
    },
    onRefused: () => true,
  });
  const submit = ({ amount, reason, days }: typeof form.values) => {
    const expiresAt = expiryOf(Number(days), Date.now());
    give.mutate(calls.grantCredit(to, { amount, reason, ...(expiresAt && { expiresAt }) }));
  };
  return (
    <Modal opened onClose={onClose} title="Give credit">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            label={`Amount in ${currency}`}
            inputMode="decimal"
            data-autofocus
            required
            {...form.getInputProps('amount')}
          />
          <TextInput
            label="Reason"
            description="Its people read this"
            maxLength={200}
            required
            {...form.getInputProps('reason')}
          />
          <NativeSelect label="Good for" data={LIVES} {...form.getInputProps('days')} />
          {give.isError && <ProblemAlert error={give.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={give.isPending}>
              Give it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
