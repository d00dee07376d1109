import { Paper, Table, Text, Title } from '@mantine/core';
import type { Invoice } from '@berth/contracts';
import classes from '../costs/costs.module.css';
import { rounded } from '../ui/money.ts';

/** What the lines come to, with tax and credit, and what is left to pay. */
export function InvoiceTotals({ of: invoice }: { of: Invoice }) {
  const { currency, tax } = invoice;
  return (
    <Paper component="section" withBorder p="lg" radius="md" maw={480} aria-labelledby="totals">
      <Title order={2} size="h4" id="totals" mb="sm">
        Total
      </Title>
      <Table className={classes.amounts} withRowBorders={false}>
        <Table.Tbody>
          {totalsOf(invoice).map(({ label, amount, isSum }, index) => (
            <Table.Tr key={`${label} ${index}`} fw={isSum ? 650 : undefined}>
              <Table.Th scope="row" fw={isSum ? 650 : 400} style={{ overflowWrap: 'anywhere' }}>
                {label}
              </Table.Th>
              <Table.Td title={`${amount} ${currency}`}>{rounded(amount, currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {tax.note && (
        <Text size="sm" c="dimmed" mt="sm">
          {tax.note}
        </Text>
      )}
    </Paper>
  );
}

interface Total {
  label: string;
  amount: string;
  isSum: boolean;
}

function totalsOf(invoice: Invoice): Total[] {
  const { kind, subtotal, tax, total, credits, amountDue, reductions, payments, outstanding } = invoice;
  const row = (label: string, amount: string, isSum = false): Total => ({ label, amount, isSum });
  const rows = [
    row('Subtotal', subtotal),
    row(tax.reverseCharge ? 'Tax (reverse charge)' : `Tax ${tax.rate}%`, tax.amount),
    row('Total', total, true),
  ];
  if (kind === 'credit_note') return rows;
  return [
    ...rows,
    ...credits.map(({ reason, amount }) => row(`Credit: ${reason}`, `-${amount}`)),
    row('Amount due', amountDue, true),
    ...reductions.map(({ creditNote, amount }) => row(`Credit note ${creditNote.number}`, `-${amount}`)),
    ...payments.map(({ reference, amount }) => row(`Paid: ${reference}`, `-${amount}`)),
    row('Still to pay', outstanding, true),
  ];
}
