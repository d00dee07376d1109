import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Server } from '@berth/contracts';
import { lazy, Suspense, useState } from 'react';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { reading } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { money } from '../ui/money.ts';
import { Card } from './card.tsx';
import { lastMonths } from './days.ts';

const CostChart = lazy(() => import('./cost-chart.tsx'));

/** What it cost, day by day. */
export function CostCard({ server }: { server: Server }) {
  const [current, before] = lastMonths(new Date());
  const [month, setMonth] = useState(current);
  const costs = useQuery(reading(calls.costs({ month, groupBy: 'day', server: server.id })));
  // A Berth that cannot tell one server's costs yet, or a role that may not see them.
  if (isProblem(costs.error, 'invalid_request') || isProblem(costs.error, 'forbidden')) return null;
  const isOlder = server.createdAt.slice(0, 7) < current;
  return (
    <Card
      title="Cost by day"
      aside={
        isOlder && (
          <SegmentedControl
            size="xs"
            aria-label="Month"
            value={month}
            onChange={setMonth}
            data={[
              { value: before, label: 'Last month' },
              { value: current, label: 'This month' },
            ]}
          />
        )
      }
    >
      <Loaded of={costs} skeleton={<Skeleton h={220} />}>
        {(data) => (
          <>
            <Text size="sm">
              <b>{money(data.total, data.currency)}</b>{' '}
              {month === current ? 'this month so far' : 'last month'}
              {month === current && server.status !== 'terminated' && (
                <Text span c="dimmed">
                  {' '}
                  · {money(data.forecast, data.currency)} by its end if it goes on like this
                </Text>
              )}
            </Text>
            {Number(data.total) > 0 ? (
              <Suspense fallback={<Skeleton h={180} />}>
                <CostChart costs={data} />
              </Suspense>
            ) : (
              <Text size="sm" c="dimmed">
                Nothing has been billed {month === current ? 'yet' : 'in that month'}.
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}
