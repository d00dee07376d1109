import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconFileInvoice } from '@tabler/icons-react';
import { calls } from '../api/calls.ts';
import { readingPages } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { BillingProfileCard } from './billing-profile.tsx';
import { InvoiceList } from './list.tsx';

/** The account's invoices and credit notes, newest first, and whom the next are for. */
export default function InvoicesScreen() {
  const invoices = useInfiniteQuery(readingPages(calls.invoices()));
  return (
    <Page
      title="Invoices"
      subtitle={<Text c="dimmed">A month is closed some days after its end, when all usage is known.</Text>}
      actions={<ApiCalls of={API_CALLS} />}
    >
      <Stack gap="xl">
        <Loaded of={invoices} skeleton={<Skeleton h={240} radius="md" />}>
          {({ pages }) => {
            const all = pages.flatMap(({ items }) => items);
            if (all.length === 0)
              return (
                <Empty icon={<IconFileInvoice size={28} />} title="No invoices yet">
                  The first comes some days after the end of the first month in which you used something.
                </Empty>
              );
            return (
              <InvoiceList
                of={all}
                to={({ id }) => `/invoices/${id}`}
                file={({ id }, format) => calls.invoiceFile(id, format)}
              />
            );
          }}
        </Loaded>
        {invoices.hasNextPage && (
          <Button
            variant="default"
            loading={invoices.isFetchingNextPage}
            onClick={() => void invoices.fetchNextPage()}
            style={{ alignSelf: 'center' }}
          >
            Show older ones
          </Button>
        )}
        <BillingProfileCard />
      </Stack>
    </Page>
  );
}

const EXAMPLE = 'inv_01jqexample00000000000000';
const API_CALLS = [
  { title: 'List invoices', call: calls.invoices() },
  { title: 'Read one', call: calls.invoice(EXAMPLE) },
  { title: 'Download its PDF', call: calls.invoiceFile(EXAMPLE, 'pdf') },
  { title: 'Whom they are for', call: calls.billingProfile() },
  {
    title: 'Change whom the next are for',
    call: calls.setBillingProfile({
      legalName: 'Analytical Engines Ltd',
      addressLines: ['12 St James’s Square', 'London SW1Y 4JH'],
      country: 'GB',
      taxId: 'GB999999973',
      email: null,
    }),
  },
];
