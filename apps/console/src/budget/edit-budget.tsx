import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Budget, BudgetAction, BudgetBody } from '@berth/contracts';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { isSet } from './gauge.ts';
import { percentsIn } from './percents.ts';
import { ChangedMeanwhile, save } from './saving.ts';
import { ACTIONS } from './words.ts';

const AMOUNT = /^(0|[1-9]\d{0,8})(\.\d{1,2})?$/;
const USUAL = { amount: '', warnAt: [50, 80, 100], action: 'none' } as const;

/** The button that opens the form. */
export function EditBudget({ of: budget }: { of: Budget }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant={isSet(budget) ? 'default' : 'filled'} onClick={open}>
        {isSet(budget) ? 'Edit' : 'Set a budget'}
      </Button>
      {isOpen && <BudgetForm of={budget} onClose={close} />}
    </>
  );
}

function BudgetForm({ of: budget, onClose }: { of: Budget; onClose: () => void }) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(budget);
  const { amount, warnAt, action } = isSet(budget) ? budget : USUAL;
  const form = useForm({
    initialValues: { amount, warnAt: warnAt.join(', '), action: action as BudgetAction },
    validate: {
      amount: (text) => (!AMOUNT.test(text) || Number(text) === 0) && 'An amount such as 250 or 99.50',
      warnAt: (text) => {
        const percents = percentsIn(text);
        return typeof percents === 'string' && percents;
      },
    },
  });
  const saving = useMutation({
    mutationFn: (wanted: BudgetBody) => save(seen, wanted),
    onSuccess: (set) => {
      client.setQueryData<Budget>(keyOf(calls.budget()), set);
      notifications.show({ message: 'The budget is set', color: 'teal' });
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof ChangedMeanwhile)) return;
      client.setQueryData<Budget>(keyOf(calls.budget()), error.budget);
      setSeen(error.budget);
    },
  });
  const submit = (values: typeof form.values) => {
    const percents = percentsIn(values.warnAt);
    if (typeof percents !== 'string') saving.mutate({ ...values, warnAt: percents });
  };
  return (
    <Modal opened onClose={onClose} title="What may a month cost?">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            label={`Amount in ${budget.currency}`}
            description="For each UTC month, before tax and credit"
            inputMode="decimal"
            data-autofocus
            required
            {...form.getInputProps('amount')}
          />
          <TextInput
            label="Write to us at"
            description="Percent of the amount, at most five; in any case when all is used"
            {...form.getInputProps('warnAt')}
          />
          <NativeSelect
            label="When it is used up"
            data={Object.entries(ACTIONS).map(([value, { label }]) => ({ value, label }))}
            {...form.getInputProps('action')}
          />
          <Text size="sm" c="dimmed" role="status">
            Then {ACTIONS[form.values.action].means}. Nothing is ever terminated.
          </Text>
          {saving.error instanceof ChangedMeanwhile && (
            <Alert role="alert" color="yellow" variant="outline" p="sm">
              Somebody has just changed it{changedTo(saving.error.budget)}. Save again to use yours.
            </Alert>
          )}
          {saving.isError && !(saving.error instanceof ChangedMeanwhile) && (
            <ProblemAlert error={saving.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={saving.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const changedTo = (budget: Budget): string =>
  isSet(budget) ? ` to ${budget.amount} ${budget.currency}` : ': there is none any more';
