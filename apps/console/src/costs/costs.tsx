import { ActionIcon, Group, NativeSelect, Paper, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronLeft, IconChevronRight, IconCoins } from '@tabler/icons-react';
import type { BudgetBody, Costs } from '@berth/contracts';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { readingAll, reading } from '../api/reading.ts';
import { BudgetCard } from '../budget/budget-card.tsx';
import { useServers } from '../servers/by-id.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { METERS } from '../ui/meters.ts';
import { Moment } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { Page } from '../ui/page.tsx';
import { CostsByDay } from './by-day.tsx';
import { CostsByServer } from './by-server.tsx';
import { OwnCredits } from './credits.tsx';
import { monthAfter, monthIn, monthName, monthOf } from './months.ts';
import { OwnVoids } from './voids.tsx';

/** To show the call with. */
const SOME_BUDGET: BudgetBody = { amount: '250.00', warnAt: [50, 80, 100], action: 'block_launches' };
import { OwnTerms } from './own-terms.tsx';

export default function CostsScreen() {
  const [now] = useState(() => monthOf(Date.now()));
  const [query, setQuery] = useSearchParams();
  const month = monthIn(query.get('month'), now);
  const show = (next: string) => setQuery(next === now ? {} : { month: next }, { replace: true });

  const byDay = calls.costs({ month, groupBy: 'day' });
  const byServer = calls.costs({ month, groupBy: 'server' });
  const days = useQuery(reading(byDay));
  const groups = useQuery(readingAll(byServer));
  const servers = useServers();
  return (
    <Page
      title="Costs"
      actions={
        <>
          <ApiCalls
            of={[
              { title: 'By day', call: byDay },
              { title: 'By server', call: byServer },
              { title: 'Credits', call: calls.credits() },
              { title: 'Not billed', call: calls.voids() },
              { title: 'Budget', call: calls.budget() },
              { title: 'Set the budget', call: calls.setBudget(SOME_BUDGET, '$ETAG') },
              { title: 'Take the budget away', call: calls.removeBudget('$ETAG') },
              { title: 'Terms', call: calls.terms() },
            ]}
          />
          <MonthPicker month={month} now={now} onPick={show} />
        </>
      }
    >
      <Stack gap="xl">
        {month === now && <BudgetCard />}
        <Loaded of={days} skeleton={<CostsSkeleton />}>
          {(costs) =>
            costs.items.length === 0 ? (
              <Empty icon={<IconCoins size={28} />} title={`Nothing in ${monthName(month)}`}>
                Costs show here within a minute of a server&apos;s start.
              </Empty>
            ) : (
              <Stack gap="xl">
                <Totals costs={costs} isNow={month === now} />
                <CostsByDay costs={costs} servers={servers} />
                <Loaded of={groups} skeleton={<Skeleton h={240} />}>
                  {(items) => <CostsByServer groups={items} servers={servers} currency={costs.currency} />}
                </Loaded>
              </Stack>
            )
          }
        </Loaded>
        <OwnCredits />
        <OwnVoids servers={servers} />
        <OwnTerms />
      </Stack>
    </Page>
  );
}

const MONTHS_BACK = 12;

function MonthPicker({
  month,
  now,
  onPick,
}: {
  month: string;
  now: string;
  onPick: (month: string) => void;
}) {
  const recent = Array.from({ length: MONTHS_BACK }, (_, i) => monthAfter(now, -i));
  const months = recent.includes(month) ? recent : [...recent, month];
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="default"
        size={36}
        aria-label="The month before"
        onClick={() => onPick(monthAfter(month, -1))}
      >
        <IconChevronLeft size={18} />
      </ActionIcon>
      <NativeSelect
        aria-label="Month"
        value={month}
        onChange={({ currentTarget }) => onPick(currentTarget.value)}
        data={months.map((value) => ({ value, label: monthName(value) }))}
      />
      <ActionIcon
        variant="default"
        size={36}
        aria-label="The month after"
        disabled={month === now}
        onClick={() => onPick(monthAfter(month, 1))}
      >
        <IconChevronRight size={18} />
      </ActionIcon>
    </Group>
  );
}

function Totals({ costs, isNow }: { costs: Costs; isNow: boolean }) {
  const { currency, total, forecast, meters, asOf } = costs;
  const amounts = [
    { label: isNow ? 'So far' : 'Total', amount: total, isMain: true },
    ...(isNow ? [{ label: 'Forecast', amount: forecast, isMain: true }] : []),
    ...meters.map(({ meter, total: part }) => ({
      label: `${METERS[meter].name} so far`,
      amount: part,
      isMain: false,
    })),
  ];
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" component="dl" m={0}>
        {amounts.map(({ label, amount, isMain }) => (
          <Paper key={label} withBorder p="md" radius="md">
            <Text component="dt" size="sm" c="dimmed">
              {isNow ? label : label.replace(' so far', '')}
            </Text>
            <Text
              component="dd"
              m={0}
              fz={{ base: 'lg', sm: isMain ? 28 : 'xl' }}
              fw={650}
              title={`${amount} ${currency}`}
              style={{ fontVariantNumeric: 'tabular-nums' }}
            >
              {money(amount, currency)}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        As of <Moment at={asOf} />.{' '}
        {isNow && 'The forecast is what the month comes to when all goes on as it is. '}A paused server costs
        its disk only.
      </Text>
    </Stack>
  );
}

const CostsSkeleton = () => (
  <Stack gap="xl">
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {Array.from({ length: 4 }, (_, i) => (
        <Skeleton key={i} h={92} radius="md" />
      ))}
    </SimpleGrid>
    <Skeleton h={320} radius="md" />
    <Skeleton h={240} radius="md" />
  </Stack>
);
