import { Button, Checkbox, Group, Modal, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { BillingProfile } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { profileFacts } from '../invoices/billing-profile.tsx';
import { FactsCard } from '../ui/facts-card.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** Whom an account's invoices are for, and how they are taxed, which staff decide. */
export function AccountTax({ of: id }: { of: string }) {
  const profile = useQuery(reading(calls.accountBillingProfile(id)));
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Loaded of={profile} skeleton={<Skeleton h={240} radius="md" />}>
      {(known) => (
        <>
          <FactsCard
            title="Whom invoices are for"
            of={profileFacts(known)}
            note={
              <Button variant="default" onClick={open}>
                Change the tax
              </Button>
            }
          />
          {isOpen && <TaxForm of={id} tax={known.tax} onClose={close} />}
        </>
      )}
    </Loaded>
  );
}

interface Props {
  of: string;
  tax: BillingProfile['tax'];
  onClose: () => void;
}

function TaxForm({ of: id, tax, onClose }: Props) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { rate: '', reverseCharge: tax.reverseCharge, note: tax.note ?? '' },
  });
  const save = useOrder<BillingProfile>({
    done: 'The next invoice is taxed like this',
    onDone: (saved) => {
      queries.setQueryData(keyOf(calls.accountBillingProfile(id)), saved);
      onClose();
    },
    onRefused: () => true,
  });
  const submit = ({ rate, reverseCharge, note }: typeof form.values) =>
    save.mutate(
      calls.setAccountTax(id, { rate: rate.trim() || null, reverseCharge, note: note.trim() || null }),
    );
  return (
    <Modal opened onClose={onClose} title="Change the tax">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <Checkbox
            label="Reverse charge"
            description="The customer owes the tax, so none is added"
            {...form.getInputProps('reverseCharge', { type: 'checkbox' })}
          />
          <TextInput
            label="Rate in percent"
            description="Empty: as for everybody"
            placeholder={tax.rate}
            inputMode="decimal"
            {...form.getInputProps('rate')}
          />
          <TextInput
            label="Note"
            description="Stands on invoices; under reverse charge there is a usual text"
            maxLength={300}
            {...form.getInputProps('note')}
          />
          {save.isError && <ProblemAlert error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
