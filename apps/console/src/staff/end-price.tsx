import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { OwnPrice } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { pricedThing } from '../ui/price.ts';
import { useTermsOrder, utcOf, type TermsForm } from './changing-terms.ts';

interface Props extends TermsForm {
  of: OwnPrice;
}

/** Says when a price of an account's own ends; the catalog's holds from then on. */
export function EndPrice(props: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { of: price } = props;
  return (
    <>
      <Button
        variant="default"
        aria-label={`End the price of ${pricedThing(price)} in ${price.region}`}
        onClick={open}
      >
        End
      </Button>
      {isOpen && <EndForm {...props} onClose={close} />}
    </>
  );
}

function EndForm({ of: price, terms, account, onClose }: Props & { onClose: () => void }) {
  const form = useForm({ initialValues: { until: price.activeUntil?.slice(0, 16) ?? '' } });
  const end = useTermsOrder(account, { done: 'The end of the price is agreed', onDone: onClose });
  const submit = ({ until }: typeof form.values) => {
    const ended = { ...price, activeUntil: until ? utcOf(until) : null };
    const prices = terms.prices.map((each) => (each === price ? ended : each));
    end.mutate(calls.updateAccountTerms(account, { basedOnSequence: terms.sequence, prices }));
  };
  return (
    <Modal opened onClose={onClose} title="When does the price end?">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            type="datetime-local"
            label="Until, in UTC"
            description="Empty: until further notice"
            data-autofocus
            {...form.getInputProps('until')}
          />
          {end.isError && <ProblemAlert error={end.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={end.isPending}>
              Agree on it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
