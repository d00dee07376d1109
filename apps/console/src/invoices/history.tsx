import { Anchor, Text, Title } from '@mantine/core';
import type { Invoice } from '@berth/contracts';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Moment } from '../ui/moment.tsx';
import { rounded } from '../ui/money.ts';
import { PlainList } from '../ui/plain-list.tsx';

interface Event {
  key: string;
  what: ReactNode;
  /** Null: it is not known when. */
  at: string | null;
  noted?: { by: string; at: string };
}

interface Props {
  of: Invoice;
  other: (id: string) => string;
  withNoters: boolean;
}

/** What has become of an invoice, oldest first. */
export const InvoiceHistory = ({ of, other, withNoters }: Props) => (
  <section aria-labelledby="history">
    <Title order={2} size="h4" id="history" mb="sm">
      What became of it
    </Title>
    <PlainList label="What became of it">
      {eventsOf(of, other).map(({ key, what, at, noted }) => (
        <li key={key}>
          <Text component="div" style={{ overflowWrap: 'anywhere' }}>
            {what}
          </Text>
          {at && (
            <Text component="div" size="sm" c="dimmed">
              <Moment at={at} />
            </Text>
          )}
          {withNoters && noted && (
            <Text component="div" size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              Noted by {noted.by} <Moment at={noted.at} />
            </Text>
          )}
        </li>
      ))}
    </PlainList>
  </section>
);

function eventsOf(
  { issuedAt, reductions, payments, paidAt, voided, currency }: Invoice,
  other: (id: string) => string,
) {
  const events: Event[] = [{ key: 'issued', what: 'Issued', at: issuedAt }];
  for (const { creditNote, amount } of reductions)
    events.push({
      key: creditNote.id,
      what: (
        <>
          Lowered by {rounded(amount, currency)} by the credit note{' '}
          <Anchor component={Link} to={other(creditNote.id)} underline="always">
            {creditNote.number}
          </Anchor>
        </>
      ),
      at: null,
    });
  for (const [index, { amount, at, reference, notedBy, notedAt }] of payments.entries())
    events.push({
      ...{ key: `payment ${index}`, what: `${rounded(amount, currency)} paid: ${reference}`, at },
      ...(notedBy && { noted: { by: notedBy.id, at: notedAt } }),
    });
  if (paidAt && paidAt !== payments.at(-1)?.at)
    events.push({ key: 'paid', what: 'Paid: nothing was left to pay', at: paidAt });
  if (voided) events.push({ key: 'void', what: `Made void: ${voided.reason}`, at: voided.at });
  return events;
}
