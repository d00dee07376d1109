import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import type { BillingProfile } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { COUNTRIES } from './countries.ts';

const MOST_LINES = 6;

/** Changes whom the account's next invoices are for. */
export function BillingProfileForm({ of, onClose }: { of: BillingProfile; onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      legalName: of.legalName ?? '',
      address: of.addressLines.join('\n'),
      country: of.country ?? '',
      taxId: of.taxId ?? '',
      email: of.email ?? '',
    },
    validate: {
      legalName: (text) => !text.trim() && 'Say who is billed',
      address: (text) => {
        const { length } = linesOf(text);
        return (length < 1 || length > MOST_LINES) && `One to ${MOST_LINES} lines`;
      },
    },
  });
  const save = useOrder<BillingProfile>({
    done: 'The next invoice says so',
    onDone: (saved) => {
      queries.setQueryData(keyOf(calls.billingProfile()), saved);
      onClose();
    },
    onRefused: () => true,
  });
  const submit = ({ legalName, address, country, taxId, email }: typeof form.values) =>
    save.mutate(
      calls.setBillingProfile({
        legalName: legalName.trim(),
        addressLines: linesOf(address),
        country,
        taxId: taxId.trim() || null,
        email: email.trim() || null,
      }),
    );
  return (
    <Modal opened onClose={onClose} title="Whom invoices are for">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            label="Name"
            description="Of the company or person, as it is registered"
            maxLength={200}
            autoComplete="organization"
            data-autofocus
            required
            {...form.getInputProps('legalName')}
          />
          <Textarea
            label="Address"
            description="Without the country, a line each"
            autosize
            minRows={2}
            maxRows={MOST_LINES}
            required
            {...form.getInputProps('address')}
          />
          <Select
            label="Country"
            data={COUNTRIES}
            searchable
            required
            nothingFoundMessage="No such country"
            {...form.getInputProps('country')}
          />
          <TextInput
            label="Tax id"
            description="As the tax authority writes it, if there is one"
            maxLength={50}
            {...form.getInputProps('taxId')}
          />
          <TextInput
            label="E-mail"
            type="email"
            description="Who gets invoices besides owners and billing members"
            {...form.getInputProps('email')}
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

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
