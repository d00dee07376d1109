import { Alert, Anchor, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { AwsCost, Reconciliation, ReconciliationFlag, ReconciliationTotals } from '@berth/contracts';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { monthName } from '../costs/months.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { FactsCard } from '../ui/facts-card.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { METER_CHOICES } from '../ui/meters.ts';
import { money } from '../ui/money.ts';
import { Page } from '../ui/page.tsx';
import { Dot } from '../ui/status.tsx';
import { LookAgain } from './look-again.tsx';
import { ReconciledServers } from './reconciled-servers.tsx';
import { FLAGS, STATES } from './reconciliation-words.ts';

const COUNT = new Intl.NumberFormat();

/** What a comparison of a month with AWS came to: what is wrong first, then server by server. */
export default function ReconciliationScreen() {
  const { id = '' } = useParams<{ id: string }>();
  const call = calls.reconciliation(id);
  const comparison = useQuery({
    ...reading(call),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' ? 2_000 : false),
  });
  const { data } = comparison;
  return (
    <Page
      title={data ? `AWS in ${monthName(data.month)}` : 'Reconciliation'}
      subtitle={
        <Anchor component={Link} to="/staff/reconciliation" size="sm">
          All comparisons
        </Anchor>
      }
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'Read what it came to', call },
              { title: 'List its servers', call: calls.reconciledServers(id) },
            ]}
          />
          <LookAgain of={comparison} />
        </>
      }
    >
      <Loaded of={comparison} skeleton={<Skeleton h={320} radius="md" />}>
        {(each) => <Outcome of={each} />}
      </Loaded>
    </Page>
  );
}

function Outcome({ of: { id, state, report, error, totals } }: { of: Reconciliation }) {
  return (
    <Stack gap="xl">
      <Stack gap={4} style={{ overflowWrap: 'anywhere' }}>
        <Dot {...STATES[state]} />
        <Text size="sm" c="dimmed">
          {report}
        </Text>
      </Stack>
      {error && (
        <Alert
          color={state === 'failed' ? 'red' : 'yellow'}
          variant="outline"
          icon={<IconAlertTriangle />}
          title={state === 'failed' ? 'It could not be compared' : 'It is tried again'}
        >
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {error.detail}
          </Text>
        </Alert>
      )}
      {totals && <Totals of={totals} />}
      {totals && <Servers of={id} totals={totals} />}
    </Stack>
  );
}

/** What a cost at AWS is made of. */
const PARTS: readonly (readonly [keyof AwsCost, string])[] = [
  ...METER_CHOICES.map(({ value, label }) => [value, label.toLowerCase()] as const),
  ...[['other', 'other'] as const, ['adjustments', 'adjustments'] as const],
];

function Totals({ of: totals }: { of: ReconciliationTotals }) {
  const { currency, awsCost, elsewhere, billed, margin, servers, lines } = totals;
  const costs = PARTS.map(([part, name]) => `${name} ${money(awsCost[part], currency)}`);
  return (
    <FactsCard
      title="All servers"
      of={[
        ['AWS charged', `${money(awsCost.total, currency)} (${costs.join(', ')})`],
        ['Billed', billed.map((each) => money(each.amount, each.currency)).join(' + ') || 'nothing'],
        ['Margin', margin === null ? 'not in one currency' : money(margin, currency)],
        ['Servers', COUNT.format(servers)],
      ]}
      note={`${COUNT.format(lines)} lines. What else is in the report, such as taxes and public addresses: ${money(elsewhere, currency)}.`}
    />
  );
}

function Servers({ of: id, totals }: { of: string; totals: ReconciliationTotals }) {
  const [flag, setFlag] = useState<ReconciliationFlag | ''>('');
  const choices = totals.flagged.map((each) => ({
    value: each.flag,
    label: `${FLAGS[each.flag].label} (${COUNT.format(each.servers)})`,
  }));
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Show"
        maw={320}
        value={flag}
        onChange={({ currentTarget: { value } }) => setFlag(value as ReconciliationFlag | '')}
        data={[{ value: '', label: 'All, what is wrong first' }, ...choices]}
      />
      <ReconciledServers of={id} currency={totals.currency} flag={flag || undefined} />
    </Stack>
  );
}
