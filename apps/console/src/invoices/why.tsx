import { useQuery } from '@tanstack/react-query';
import { useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { reading } from '../api/reading.ts';
import { useServers } from '../servers/by-id.ts';
import { NoInvoice } from './invoice.tsx';
import { WhyView } from './why-view.tsx';

/** Why an amount is what it is: the usage it was made of, each record with the changes of its server that opened and closed it. */
export default function WhyScreen() {
  const { id = '', n = '' } = useParams<{ id: string; n: string }>();
  const invoice = useQuery(reading(calls.invoice(id)));
  const servers = useServers();
  if (isProblem(invoice.error, 'not_found')) return <NoInvoice />;
  return (
    <WhyView
      invoice={invoice}
      line={Number(n)}
      usage={calls.invoiceLineUsage(id, Number(n))}
      back={`/invoices/${id}`}
      nameOf={(serverId) => servers.get(serverId)?.name}
      change={(serverId, sequence) => `/servers/${serverId}#change-${sequence}`}
    />
  );
}
