import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { Downloads } from '../invoices/parts.tsx';
import { InvoiceSubtitle, InvoiceView, titleOf } from '../invoices/view.tsx';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';

/** One invoice of a customer's account, as its people see it. */
export default function AccountInvoiceScreen() {
  const { id = '', invoiceId = '' } = useParams<{ id: string; invoiceId: string }>();
  const invoice = useQuery(reading(calls.accountInvoice(id, invoiceId)));
  const account = `/staff/accounts/${id}`;
  return (
    <Page
      title={invoice.data ? titleOf(invoice.data) : 'Invoice'}
      subtitle={
        <>
          {invoice.data && <InvoiceSubtitle of={invoice.data} />}
          <Anchor component={Link} to={account} size="sm" underline="always">
            To the account
          </Anchor>
        </>
      }
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'Read this invoice', call: calls.accountInvoice(id, invoiceId) },
              { title: 'Download its PDF', call: calls.accountInvoiceFile(id, invoiceId, 'pdf') },
              {
                title: 'Note what was paid',
                call: calls.payInvoice(invoiceId, { reference: 'Transfer of 12 December' }),
              },
              { title: 'Make it void', call: calls.voidInvoice(invoiceId, 'Billed to the wrong company') },
            ]}
          />
          {invoice.data && (
            <Downloads of={invoice.data} file={(format) => calls.accountInvoiceFile(id, invoiceId, format)} />
          )}
        </>
      }
    >
      <Loaded of={invoice} skeleton={<Skeleton h={480} radius="md" />}>
        {(known) => (
          <InvoiceView
            of={known}
            why={(n) => `${account}/invoices/${invoiceId}/lines/${n}`}
            other={(other) => `${account}/invoices/${other}`}
            withNoters
          />
        )}
      </Loaded>
    </Page>
  );
}
