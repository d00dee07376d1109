import { Anchor, ScrollArea, Table, Text, Title } from '@mantine/core';
import type { Invoice, InvoiceLine } from '@berth/contracts';
import { Link } from 'wouter';
import classes from '../costs/costs.module.css';
import { monthName } from '../costs/months.ts';
import { rounded } from '../ui/money.ts';
import { QUANTITY, UNITS } from './quantities.ts';

/** The lines of an invoice, each with a way to what it was made of. */
export const InvoiceLines = ({
  of: { lines, currency },
  why,
}: {
  of: Invoice;
  why: (n: number) => string;
}) => (
  <section aria-labelledby="lines">
    <Title order={2} size="h4" id="lines" mb="sm">
      Lines
    </Title>
    <ScrollArea
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'What each line comes to' }}
    >
      <Table className={classes.amounts} verticalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Quantity</Table.Th>
            <Table.Th>Unit price</Table.Th>
            <Table.Th>Amount</Table.Th>
            <Table.Th>Explained</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.n}>
              <Table.Th scope="row" style={{ whiteSpace: 'normal', minWidth: '12rem' }}>
                <Text size="sm" fw={600}>
                  {line.description}
                </Text>
                <LineNote of={line} />
              </Table.Th>
              <Table.Td>
                {QUANTITY.format(line.quantity)} {UNITS[line.unit]}
              </Table.Td>
              <Table.Td>
                {line.unitPrice} {currency}
              </Table.Td>
              <Table.Td fw={600} title={`${line.amount} ${currency}`}>
                {rounded(line.amount, currency)}
              </Table.Td>
              <Table.Td>
                <Anchor
                  component={Link}
                  to={why(line.n)}
                  size="sm"
                  aria-label={`Why this amount, of line ${line.n}`}
                >
                  Why this amount
                </Anchor>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  </section>
);

function LineNote({ of: { kind, month, corrects } }: { of: InvoiceLine }) {
  if (kind === 'usage') return null;
  return (
    <Text size="xs" c="dimmed">
      Corrects {corrects ? `${corrects.number}, ` : ''}
      {monthName(month)}
    </Text>
  );
}
