import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { Meter, Price } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { METERS, metersOf } from '../ui/meters.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTermsOrder, utcOf, type TermsFormWithCatalog } from './changing-terms.ts';
import { currenciesOf } from './prices.ts';

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

interface Thing extends Pick<Price, 'meter' | 'size'> {
  label: string;
}

/** What of a meter can have a price. */
const thingsOf = (meter: Meter, sizes: TermsFormWithCatalog['catalog']['sizes']): Thing[] =>
  METERS[meter].bySize
    ? sizes.map(({ id, name }) => ({ meter, size: id, label: `${METERS[meter].name}, ${name}` }))
    : [{ meter, size: null, label: `${METERS[meter].name}, one GiB` }];

function PriceForm({ account, terms, catalog, onClose }: TermsFormWithCatalog & { onClose: () => void }) {
  const { sizes, regions, prices } = catalog;
  const things = metersOf(prices).flatMap((meter) => thingsOf(meter, sizes));
  const form = useForm({
    initialValues: {
      /** Which of the things it is. */
      what: '0',
      region: regions[0]?.id ?? '',
      currency: terms.currency,
      ...{ perMinute: '', from: '', until: '' },
    },
    validate: { from: (text) => !text && 'Say from when on' },
  });
  const agree = useTermsOrder(account, { done: 'The price is agreed', onDone: onClose });
  const submit = ({ what, region, currency, perMinute, from, until }: typeof form.values) => {
    const thing = things[Number(what)];
    if (!thing) return;
    const price = {
      ...{ meter: thing.meter, size: thing.size, region, currency },
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
            data={things.map(({ label }, at) => ({ value: String(at), label }))}
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
