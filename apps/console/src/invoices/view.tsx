import { Anchor, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Invoice, InvoiceSummary } from '@berth/contracts';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { monthName } from '../costs/months.ts';
import { FactsCard } from '../ui/facts-card.tsx';
import { InvoiceHistory } from './history.tsx';
import { InvoiceLines } from './lines.tsx';
import { dayOf, Standing } from './parts.tsx';
import { InvoiceTotals } from './totals.tsx';

/** `Invoice BERTH-2026-000001` */
export const titleOf = ({ kind, number }: Pick<InvoiceSummary, 'kind' | 'number'>): string =>
  `${kind === 'credit_note' ? 'Credit note' : 'Invoice'} ${number ?? ''}`;

export const InvoiceSubtitle = ({ of }: { of: InvoiceSummary }) => (
  <Group gap="md">
    <Text component="div" size="sm" fw={600} role="status">
      <Standing of={of} />
    </Text>
    <Text size="sm" c="dimmed">
      {monthName(of.month)}
    </Text>
  </Group>
);

interface Props {
  of: Invoice;
  /** Where it is shown why a line's amount is what it is. */
  why: (n: number) => string;
  /** Where another invoice is shown. */
  other: (id: string) => string;
  /** Whether it is shown who noted its payments, which is for staff to know. */
  withNoters?: boolean;
}

/** What is written on an invoice, and what has become of it. */
export const InvoiceView = ({ of, why, other, withNoters = false }: Props) => (
  <Stack gap="xl">
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
      <FactsCard title="Billed to" of={partyFacts(of.buyer)} />
      <FactsCard title="From" of={partyFacts(of.seller)} />
      <FactsCard title="When" of={whenFacts(of, other)} />
    </SimpleGrid>
    <InvoiceLines of={of} why={why} />
    <InvoiceTotals of={of} />
    <InvoiceHistory of={of} other={other} withNoters={withNoters} />
  </Stack>
);

const COUNTRIES = new Intl.DisplayNames(undefined, { type: 'region' });

function partyFacts(party: Invoice['buyer'] | Invoice['seller']): [string, ReactNode][] {
  const { name, addressLines, country, taxId, email } = party;
  const facts: [string, ReactNode][] = [
    ['Name', name ?? 'not set'],
    ['Address', [...addressLines, country && COUNTRIES.of(country)].filter(Boolean).join(', ') || 'not set'],
  ];
  if (taxId) facts.push(['Tax id', taxId]);
  if (email) facts.push(['E-mail', email]);
  return facts;
}

function whenFacts(
  { month, issuedAt, dueAt, corrects }: Invoice,
  other: Props['other'],
): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [['Month (UTC)', monthName(month)]];
  if (issuedAt) facts.push(['Issued', dayOf(issuedAt)]);
  if (dueAt) facts.push(['Due', dayOf(dueAt)]);
  if (corrects)
    facts.push([
      'Corrects',
      <Anchor key="corrects" component={Link} to={other(corrects.id)}>
        {corrects.number}
      </Anchor>,
    ]);
  return facts;
}
