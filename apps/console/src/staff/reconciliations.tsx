import { Anchor, Code, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconScale } from '@tabler/icons-react';
import type { Reconciliation } from '@berth/contracts';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { monthName } from '../costs/months.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Dot } from '../ui/status.tsx';
import { LookAgain } from './look-again.tsx';
import { flaggedText, STATES } from './reconciliation-words.ts';
import { EXAMPLE_REPORT, StartReconciliation } from './start-reconciliation.tsx';

const WHILE_IT_RUNS_MILLISECONDS = 2_000;

/** Months compared with what AWS charged for them. */
export default function ReconciliationsScreen() {
  const all = useQuery({
    ...reading(calls.reconciliations()),
    refetchInterval: ({ state: { data } }) =>
      data?.items.some(({ state }) => state === 'running') ? WHILE_IT_RUNS_MILLISECONDS : false,
  });
  const id = all.data?.items[0]?.id ?? 'rcn_01jqexample0000000000000000';
  return (
    <Page
      title="Reconciliation"
      subtitle={<Text c="dimmed">What AWS charged, against what was billed.</Text>}
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'List comparisons', call: calls.reconciliations() },
              { title: 'Compare a month', call: calls.startReconciliation(EXAMPLE_REPORT) },
              { title: 'Read what it came to', call: calls.reconciliation(id) },
              { title: 'List its servers', call: calls.reconciledServers(id) },
            ]}
          />
          <LookAgain of={all} />
          <StartReconciliation />
        </>
      }
    >
      <Loaded of={all} skeleton={<Skeleton h={160} radius="md" />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<IconScale size={28} />} title="Nothing was compared">
              AWS writes a Cost and Usage Report of each month into S3; name one, and what costs without being
              billed shows here.
            </Empty>
          ) : (
            <PlainList label="Comparisons">
              {items.map((each) => (
                <li key={each.id}>
                  <Comparison of={each} />
                </li>
              ))}
            </PlainList>
          )
        }
      </Loaded>
    </Page>
  );
}

function Comparison({ of: { id, month, report, state, error, totals, createdAt } }: { of: Reconciliation }) {
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap={4} style={{ overflowWrap: 'anywhere' }}>
        <Group gap="sm">
          <Title order={2} size="h5">
            <Anchor component={Link} to={`/staff/reconciliation/${id}`} inherit>
              {monthName(month)}
            </Anchor>
          </Title>
          <Dot {...STATES[state]} />
        </Group>
        {totals && <Text size="sm">{flaggedText(totals.flagged) ?? 'Nothing is wrong.'}</Text>}
        <Text size="sm" c="dimmed" component="div">
          {report}, begun <Moment at={createdAt} />
        </Text>
        {error && (
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {error.detail}
          </Code>
        )}
      </Stack>
    </Paper>
  );
}
