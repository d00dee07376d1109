import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { InvoiceSummary } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { InvoiceList } from '../invoices/list.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { CloseMonth } from './close-month.tsx';
import { DecideInvoice } from './decide-invoice.tsx';

/** An account's invoices and credit notes, what staff do about each, and closing a month that is over. */
export function AccountInvoices({ of: id }: { of: string }) {
  const invoices = useQuery(reading(calls.accountInvoices(id)));
  return (
    <Loaded of={invoices} skeleton={<Skeleton h={80} radius="md" />}>
      {({ items, nextCursor }) => (
        <Stack gap="sm">
          {items.length === 0 ? (
            <Text c="dimmed">It has none.</Text>
          ) : (
            <InvoiceList
              of={items}
              to={(invoice) => `/staff/accounts/${id}/invoices/${invoice.id}`}
              file={(invoice, format) => calls.accountInvoiceFile(id, invoice.id, format)}
              action={(invoice) => <Decisions of={invoice} account={id} />}
            />
          )}
          {nextCursor && <Text c="dimmed">There are older ones; the API lists them.</Text>}
          <CloseMonth of={id} />
        </Stack>
      )}
    </Loaded>
  );
}

/** What can be done about one that is not paid. */
const Decisions = ({ of, account }: { of: InvoiceSummary; account: string }) =>
  of.kind === 'invoice' && of.status === 'issued' ? (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <DecideInvoice of={of} account={account} decision="pay" />
      <DecideInvoice of={of} account={account} decision="void" />
    </Group>
  ) : null;
