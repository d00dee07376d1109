import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFileOff } from '@tabler/icons-react';
import { Link, useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { Downloads } from './parts.tsx';
import { InvoiceSubtitle, InvoiceView, titleOf } from './view.tsx';

/** One invoice or credit note: what is written on it, what has become of it, and a way to why each amount is what it is. */
export default function InvoiceScreen() {
  const { id = '' } = useParams<{ id: string }>();
  const invoice = useQuery(reading(calls.invoice(id)));
  if (isProblem(invoice.error, 'not_found')) return <NoInvoice />;
  return (
    <Loaded
      of={invoice}
      skeleton={
        <Page title="Invoice">
          <Skeleton h={480} radius="md" />
        </Page>
      }
    >
      {(known) => (
        <Page
          title={titleOf(known)}
          subtitle={<InvoiceSubtitle of={known} />}
          actions={
            <>
              <ApiCalls of={apiCalls(id)} />
              <Downloads of={known} file={(format) => calls.invoiceFile(id, format)} />
            </>
          }
        >
          <InvoiceView
            of={known}
            why={(n) => `/invoices/${id}/lines/${n}`}
            other={(other) => `/invoices/${other}`}
          />
        </Page>
      )}
    </Loaded>
  );
}

const apiCalls = (id: string) => [
  { title: 'Read this invoice', call: calls.invoice(id) },
  { title: 'Download its PDF', call: calls.invoiceFile(id, 'pdf') },
  { title: 'Download its CSV', call: calls.invoiceFile(id, 'csv') },
  { title: 'Download it as JSON, as it was issued', call: calls.invoiceFile(id, 'json') },
  { title: 'Why the first amount', call: calls.invoiceLineUsage(id, 1) },
];

export const NoInvoice = () => (
  <Page title="No such invoice">
    <Empty
      icon={<IconFileOff size={28} />}
      title="There is no such invoice, or it is not yours"
      action={
        <Button component={Link} to="/invoices">
          To your invoices
        </Button>
      }
    >
      The address may be mistyped, or belong to another account.
    </Empty>
  </Page>
);
