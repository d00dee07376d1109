import { useQuery } from '@tanstack/react-query';
import { useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { WhyView } from '../invoices/why-view.tsx';

/** Why an amount of a customer's invoice is what it is. Of servers, staff see which change opened and closed a record; their timelines are the customer's. */
export default function AccountInvoiceWhyScreen() {
  const { id = '', invoiceId = '', n = '' } = useParams<{ id: string; invoiceId: string; n: string }>();
  const invoice = useQuery(reading(calls.accountInvoice(id, invoiceId)));
  const { data: servers } = useQuery(reading(calls.accountServers(id)));
  return (
    <WhyView
      invoice={invoice}
      line={Number(n)}
      usage={calls.accountInvoiceLineUsage(id, invoiceId, Number(n))}
      back={`/staff/accounts/${id}/invoices/${invoiceId}`}
      nameOf={(serverId) => servers?.items.find((server) => server.id === serverId)?.name}
      change={undefined}
    />
  );
}
