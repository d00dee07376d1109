import { Anchor, ScrollArea, Table, Text } from '@mantine/core';
import type { InvoiceFormat, InvoiceSummary } from '@berth/contracts';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ApiCall } from '../api/call.ts';
import { monthName } from '../costs/months.ts';
import classes from '../costs/costs.module.css';
import { rounded } from '../ui/money.ts';
import { dayOf, Downloads, Standing } from './parts.tsx';

interface Props {
  of: readonly InvoiceSummary[];
  /** Where one of them is shown. */
  to: (invoice: InvoiceSummary) => string;
  file: (invoice: InvoiceSummary, format: InvoiceFormat) => ApiCall;
  /** What can be done about one. */
  action?: (invoice: InvoiceSummary) => ReactNode;
}

/** Invoices and credit notes, a row each. */
export function InvoiceList({ of, to, file, action }: Props) {
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Invoices' }}>
      <Table className={classes.amounts} verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Total</Table.Th>
            <Table.Th>Still to pay</Table.Th>
            <Table.Th>Due</Table.Th>
            <Table.Th>Files</Table.Th>
            {action && <Table.Th>Staff</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {of.map((invoice) => (
            <Table.Tr key={invoice.id}>
              <Table.Th scope="row">
                <Anchor component={Link} to={to(invoice)} size="sm" fw={600}>
                  {invoice.number}
                </Anchor>
                <Text component="div" size="xs" c="dimmed">
                  {invoice.kind === 'credit_note' ? 'Credit note, ' : ''}
                  {monthName(invoice.month)}
                </Text>
              </Table.Th>
              <Table.Td>
                <Standing of={invoice} />
              </Table.Td>
              <Table.Td fw={600} title={`${invoice.total} ${invoice.currency}`}>
                {rounded(invoice.total, invoice.currency)}
              </Table.Td>
              <Table.Td>{invoice.dueAt ? rounded(invoice.outstanding, invoice.currency) : '–'}</Table.Td>
              <Table.Td>{invoice.dueAt ? dayOf(invoice.dueAt) : '–'}</Table.Td>
              <Table.Td>
                <Downloads of={invoice} file={(format) => file(invoice, format)} size="xs" />
              </Table.Td>
              {action && <Table.Td>{action(invoice)}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
