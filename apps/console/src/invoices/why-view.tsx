import { Anchor, Button, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, type UseQueryResult } from '@tanstack/react-query';
import { IconHelpOff } from '@tabler/icons-react';
import type { Invoice, InvoiceLine, InvoiceLineUsage } from '@berth/contracts';
import { Link } from 'wouter';
import type { ApiCall } from '../api/call.ts';
import type { Page as PageOf } from '../api/calls.ts';
import { readingPages } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { rounded } from '../ui/money.ts';
import { Page } from '../ui/page.tsx';
import { QUANTITY, UNITS } from './quantities.ts';
import { UsageTable, type UsageTableProps } from './usage-table.tsx';
import { titleOf } from './view.tsx';

interface Props extends Pick<UsageTableProps, 'nameOf' | 'change'> {
  invoice: UseQueryResult<Invoice>;
  line: number;
  usage: ApiCall<PageOf<InvoiceLineUsage>>;
  /** Where the invoice is shown. */
  back: string;
}

/** A line of an invoice, taken apart. */
export function WhyView({ invoice, line: n, usage, back, ...table }: Props) {
  const records = useInfiniteQuery(readingPages(usage));
  return (
    <Page
      title="Why this amount"
      actions={<ApiCalls of={[{ title: 'What the line was made of', call: usage }]} />}
    >
      <Loaded of={invoice} skeleton={<Skeleton h={120} radius="md" />}>
        {(known) => {
          const line = known.lines.find((each) => each.n === n);
          return (
            <Stack gap="lg">
              <Text>
                <Anchor component={Link} to={back} underline="always">
                  {titleOf(known)}
                </Anchor>
                , line {n}
              </Text>
              {line ? <Sentence of={line} currency={known.currency} /> : <NoLine />}
            </Stack>
          );
        }}
      </Loaded>
      <Loaded of={records} skeleton={<Skeleton h={320} radius="md" />}>
        {({ pages }) => <UsageTable of={pages.flatMap(({ items }) => items)} {...table} />}
      </Loaded>
      {records.hasNextPage && (
        <Button
          variant="default"
          loading={records.isFetchingNextPage}
          onClick={() => void records.fetchNextPage()}
          style={{ alignSelf: 'center' }}
        >
          Show later ones
        </Button>
      )}
    </Page>
  );
}

/** How the amount is worked out. */
const Sentence = ({ of, currency }: { of: InvoiceLine; currency: string }) => (
  <Text>
    <strong>{of.description}</strong>: {QUANTITY.format(of.quantity)} {UNITS[of.unit]} at {of.unitPrice}{' '}
    {currency} each come to {of.amount} {currency} ({rounded(of.amount, currency)}), rounded once. The records
    below add up to that quantity; each was opened by a change of a server, and closed by another or by the
    end of the hour.
  </Text>
);

const NoLine = () => (
  <Empty icon={<IconHelpOff size={28} />} title="The invoice has no such line">
    Go back to it, and choose one.
  </Empty>
);
