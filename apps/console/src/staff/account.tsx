import { SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { CustomerAccount } from '@berth/contracts';
import type { ReactNode } from 'react';
import { useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf, reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { FactsCard } from '../ui/facts-card.tsx';
import { inUse } from '../ui/in-use.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Standing } from '../ui/standing.tsx';
import { Sure } from '../ui/sure.tsx';
import { AccountBudget } from './account-budget.tsx';
import { AccountCredits } from './account-credits.tsx';
import { AccountInvoices } from './account-invoices.tsx';
import { AccountMembers } from './account-members.tsx';
import { AccountServers } from './account-servers.tsx';
import { AccountTerms } from './account-terms.tsx';
import { AccountTax } from './account-tax.tsx';
import { AccountTrail } from './account-trail.tsx';
import { AccountVoids } from './account-voids.tsx';
import { ChangeQuota } from './change-quota.tsx';

/** One customer's account: its standing, what it may have, its people and servers, and what was done in it. */
export default function AccountScreen() {
  const { id = '' } = useParams();
  const account = useQuery(reading(calls.account(id)));
  return (
    <Page
      title={account.data?.name ?? 'Account'}
      subtitle={<Text c="dimmed">{id}</Text>}
      actions={
        <>
          <ApiCalls of={apiCalls(id)} />
          {account.data && <Decide of={account.data} />}
        </>
      }
    >
      <Loaded of={account} skeleton={<Skeleton h={320} radius="md" />}>
        {(found) => (
          <Stack gap="xl">
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <FactsCard
                title="Standing"
                of={[
                  ['Status', <Standing key="status" of={found.status} closing={found.closing} />],
                  ['Since', <Moment key="since" at={found.createdAt} />],
                  ...closingFacts(found),
                ]}
              />
              <AccountLimits of={found} />
            </SimpleGrid>
            <Section title="Members">
              <AccountMembers of={id} />
            </Section>
            <Section title="Servers">
              <AccountServers of={id} />
            </Section>
            <Section title="Terms">
              <AccountTerms of={id} />
            </Section>
            <Section title="Budget">
              <AccountBudget of={id} />
            </Section>
            <Section title="Credit">
              <AccountCredits of={id} />
            </Section>
            <Section title="Not billed">
              <AccountVoids of={id} />
            </Section>
            <Section title="Invoices">
              <AccountInvoices of={id} />
            </Section>
            <AccountTax of={id} />
            <Section title="Audit trail">
              <AccountTrail of={id} />
            </Section>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

/** Overdue: it waits for its servers, of which one is among the stuck. */
const closingFacts = ({ closing }: CustomerAccount): [string, ReactNode][] =>
  closing
    ? [
        ['Closed by its owner', <Moment key="closed" at={closing.requestedAt} />],
        ['Deleted, once its servers are gone', <Moment key="deleted" at={closing.deletesAt} />],
      ]
    : [];

function AccountLimits({ of: account }: { of: CustomerAccount }) {
  const { data: limits } = useQuery(reading(calls.accountLimits(account.id)));
  return (
    <FactsCard
      title="Limits"
      of={inUse(account.quota, limits?.used)}
      note={account.status !== 'closed' && <ChangeQuota of={account} />}
    />
  );
}

/** Suspends the account, or takes that back. */
function Decide({ of: { id, name, status } }: { of: CustomerAccount }) {
  const queries = useQueryClient();
  const decide = useOrder({
    done: status === 'active' ? `${name} is suspended` : `${name} is reinstated`,
    onDone: () => void queries.invalidateQueries({ queryKey: keyOf(calls.account(id)).slice(0, 1) }),
  });
  if (status === 'closed') return null;
  return status === 'active' ? (
    <Sure
      button="Suspend"
      label="Suspend the account"
      title={`Suspend ${name}?`}
      isPending={decide.isPending}
      onSure={() => decide.mutate(calls.suspendAccount(id))}
    >
      Its servers are paused as soon as nothing else is under way at them. Its people may read, pay and
      terminate, and nothing else.
    </Sure>
  ) : (
    <Sure
      button="Reinstate"
      label="Reinstate the account"
      title={`Reinstate ${name}?`}
      isPending={decide.isPending}
      onSure={() => decide.mutate(calls.reinstateAccount(id))}
    >
      Its people may launch and resume again. What was paused stays paused until they resume it.
    </Sure>
  );
}

const apiCalls = (id: string) => [
  { title: 'Read the account', call: calls.account(id) },
  { title: 'What it may have, and has', call: calls.accountLimits(id) },
  {
    title: 'Change what it may have',
    call: calls.updateAccount(id, { servers: 50, vcpu: 400, diskGib: 20_000 }),
  },
  { title: 'Suspend it', call: calls.suspendAccount(id) },
  { title: 'Reinstate it', call: calls.reinstateAccount(id) },
  { title: 'List its members', call: calls.accountMembers(id) },
  { title: 'List its servers', call: calls.accountServers(id) },
  { title: 'Read its budget', call: calls.accountBudget(id) },
  { title: 'List its credits', call: calls.accountCredits(id) },
  { title: 'Read its terms', call: calls.accountTerms(id) },
  {
    title: 'Change its terms',
    call: calls.updateAccountTerms(id, {
      basedOnSequence: 0,
      currencies: [{ currency: 'EUR', activeFrom: '2031-07-01T00:00:00Z' }],
    }),
  },
  { title: 'Give it credit', call: calls.grantCredit(id, { amount: '25', reason: 'Thank you' }) },
  { title: 'List what is not billed', call: calls.accountVoids(id) },
  { title: 'List its invoices', call: calls.accountInvoices(id) },
  { title: 'Close a month of it', call: calls.closeMonth(id, '2026-11') },
  { title: 'Whom its invoices are for', call: calls.accountBillingProfile(id) },
  {
    title: 'Change how they are taxed',
    call: calls.setAccountTax(id, { rate: null, reverseCharge: true, note: null }),
  },
  { title: 'Read its audit trail', call: calls.accountAuditEvents(id) },
];

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}
