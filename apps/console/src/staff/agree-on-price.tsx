import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { calls } from '../api/calls.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTermsOrder, utcOf, type TermsFormWithCatalog } from './changing-terms.ts';
import { currenciesOf } from './prices.ts';

/** What stands in the field for the disk, which has no size. */
const DISK = 'disk';

/** Agrees with an account on a price of its own. */
export function AgreeOnPrice(props: TermsFormWithCatalog) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Add a price
      </Button>
      {isOpen && <PriceForm {...props} onClose={close} />}
    </>
  );
}

function PriceForm({ account, terms, catalog, onClose }: TermsFormWithCatalog & { onClose: () => void }) {
  const { sizes, regions, prices } = catalog;
  const form = useForm({
    initialValues: {
      what: sizes[0]?.id ?? DISK,
      region: regions[0]?.id ?? '',
      currency: terms.currency,
      ...{ perMinute: '', from: '', until: '' },
    },
    validate: { from: (text) => !text && 'Say from when on' },
  });
  const agree = useTermsOrder(account, { done: 'The price is agreed', onDone: onClose });
  const submit = ({ what, region, currency, perMinute, from, until }: typeof form.values) => {
    const isDisk = what === DISK;
    const price = {
      ...({ meter: isDisk ? 'disk' : 'compute', size: isDisk ? null : what, region, currency } as const),
      ...{ perMinute, activeFrom: utcOf(from), activeUntil: until ? utcOf(until) : null },
    };
    const body = { basedOnSequence: terms.sequence, prices: [...terms.prices, price] };
    agree.mutate(calls.updateAccountTerms(account, body));
  };
  return (
    <Modal opened onClose={onClose} title="A price of its own">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <NativeSelect
            label="What"
            data={[
              ...sizes.map(({ id, name }) => ({ value: id, label: `Compute, ${name}` })),
              { value: DISK, label: 'Disk, one GiB' },
            ]}
            {...form.getInputProps('what')}
          />
          <NativeSelect
            label="Region"
            data={regions.map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps('region')}
          />
          <NativeSelect label="Currency" data={currenciesOf(prices)} {...form.getInputProps('currency')} />
          <TextInput
            label="Price per minute"
            description="Such as 0.0042"
            inputMode="decimal"
            required
            {...form.getInputProps('perMinute')}
          />
          <TextInput type="datetime-local" label="From, in UTC" required {...form.getInputProps('from')} />
          <TextInput
            type="datetime-local"
            label="Until, in UTC"
            description="Empty: until further notice"
            {...form.getInputProps('until')}
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
