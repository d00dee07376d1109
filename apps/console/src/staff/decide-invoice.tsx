import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { Invoice, InvoiceSummary } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useInvalidation } from './invalidation.ts';

const DECISIONS = {
  pay: {
    button: 'Paid',
    title: (number: string) => `What was paid of ${number}?`,
    text: 'The account sees what was paid, and by what. Once nothing is left to pay, a suspension for it ends.',
    label: 'Reference of the payment',
    description: 'By which it is found again on the bank’s statement',
    done: 'The payment is noted',
    callOf: (id: string, reference: string, amount: string) => calls.payInvoice(id, { reference, amount }),
  },
  void: {
    button: 'Make void',
    title: (number: string) => `Make ${number} void?`,
    text: 'Nothing of it is to be paid, and the credit it took is given back. Its number stays, and its month can be closed again.',
    label: 'Reason',
    description: 'Its people read this',
    done: 'It is void',
    callOf: calls.voidInvoice,
  },
};

interface Props {
  of: InvoiceSummary;
  account: string;
  decision: keyof typeof DECISIONS;
}

/** A button that notes a payment, of all that is left to pay or a part of it, or makes an invoice void, and asks first by what, or why. */
export function DecideInvoice({ of, account, decision }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { button } = DECISIONS[decision];
  return (
    <>
      <Button variant="default" size="xs" onClick={open} aria-label={`${button}: ${of.number}`}>
        {button}
      </Button>
      {isOpen && <DecisionForm of={of} account={account} decision={decision} onClose={close} />}
    </>
  );
}

function DecisionForm({ of, account, decision, onClose }: Props & { onClose: () => void }) {
  const { button, title, text, label, description, done, callOf } = DECISIONS[decision];
  const invalidate = useInvalidation();
  const form = useForm({
    initialValues: { words: '', amount: of.outstanding },
    validate: {
      words: (words) => !words.trim() && 'Say it',
      amount: (amount) => !(Number(amount) > 0) && 'An amount such as 250 or 99.50',
    },
  });
  const decide = useOrder<Invoice>({
    done,
    onDone: () => {
      invalidate(account);
      onClose();
    },
    onRefused: () => true,
  });
  return (
    <Modal opened onClose={onClose} title={title(of.number ?? '')}>
      <form
        onSubmit={(event) =>
          form.onSubmit(({ words, amount }) => decide.mutate(callOf(of.id, words.trim(), amount.trim())))(
            event,
          )
        }
      >
        <Stack>
          <Text size="sm">{text}</Text>
          <TextInput
            label={label}
            description={description}
            maxLength={200}
            data-autofocus
            required
            {...form.getInputProps('words')}
          />
          {decision === 'pay' && (
            <TextInput
              label={`Amount in ${of.currency}`}
              description={`${of.outstanding} is left to pay`}
              inputMode="decimal"
              required
              {...form.getInputProps('amount')}
            />
          )}
          {decide.isError && <ProblemAlert error={decide.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={decide.isPending} {...(decision === 'void' && { color: 'red' })}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
