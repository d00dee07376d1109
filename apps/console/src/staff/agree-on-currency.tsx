import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { monthAfter, monthName, monthOf } from '../costs/months.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTermsOrder, type TermsFormWithCatalog } from './changing-terms.ts';
import { currenciesOf } from './prices.ts';

const MONTHS_AHEAD = 12;

/** Agrees with an account on another currency, from a month on. */
export function AgreeOnCurrency(props: TermsFormWithCatalog) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Change the currency
      </Button>
      {isOpen && <CurrencyForm {...props} onClose={close} />}
    </>
  );
}

function CurrencyForm({ account, terms, catalog, onClose }: TermsFormWithCatalog & { onClose: () => void }) {
  const [thisMonth] = useState(() => monthOf(Date.now()));
  const months = Array.from({ length: MONTHS_AHEAD + 1 }, (_, i) => monthAfter(thisMonth, i));
  const currencies = currenciesOf(catalog.prices);
  const form = useForm({
    initialValues: {
      currency: currencies.find((each) => each !== terms.currency) ?? terms.currency,
      month: months[1] ?? thisMonth,
    },
  });
  const agree = useTermsOrder(account, { done: 'The currency is agreed', onDone: onClose });
  const submit = ({ currency, month }: typeof form.values) => {
    const activeFrom = `${month}-01T00:00:00.000Z`;
    const others = terms.currencies.filter((each) => each.activeFrom !== activeFrom);
    const body = { basedOnSequence: terms.sequence, currencies: [...others, { currency, activeFrom }] };
    agree.mutate(calls.updateAccountTerms(account, body));
  };
  return (
    <Modal opened onClose={onClose} title="Change the currency">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <Text size="sm">
            An invoice has one currency, so it changes with a month. The current month is possible only while
            nothing was billed to the account yet. What is left of its credit stays in the currency it was
            given in.
          </Text>
          <NativeSelect label="Currency" data={currencies} {...form.getInputProps('currency')} />
          <NativeSelect
            label="From"
            data={months.map((value) => ({ value, label: monthName(value) }))}
            {...form.getInputProps('month')}
          />
          {agree.isError && <ProblemAlert error={agree.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={agree.isPending}>
              Agree on it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
