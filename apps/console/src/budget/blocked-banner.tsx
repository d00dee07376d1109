import { Alert, Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHandStop } from '@tabler/icons-react';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { maySetBudget } from './words.ts';
import { useMe } from '../access/session.tsx';

/** Where servers are launched and resumed: that the budget lets nobody, and the way to it. Nothing as long as it does, or nobody knows. */
export default function BlockedBanner() {
  const { role } = useMe();
  const { data: budget } = useQuery(reading(calls.budget()));
  if (!budget?.acted) return null;
  return (
    <Alert
      role="region"
      aria-label="The budget of this month is used up"
      color="red"
      variant="outline"
      icon={<IconHandStop />}
    >
      <Text size="sm">
        {budget.acted.reason}{' '}
        {budget.acted.action === 'pause_servers' && 'Servers were paused, and keep their disks. '}
        Nothing can be launched or resumed until the budget is raised or the month is over.{' '}
        {!maySetBudget(role) && 'An owner, an admin or who sees to the bills can raise it. '}
        <Anchor component={Link} to="/costs" size="sm" underline="always">
          See the budget
        </Anchor>
      </Text>
    </Alert>
  );
}
