import { Alert, Anchor, Text } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { Link } from 'wouter';

/** Why a server that nobody has paused is paused. */
export const PausedByBudget = () => (
  <Alert color="yellow" variant="outline" icon={<IconHandStop />} title="Paused by the budget">
    <Text size="sm">
      The account’s budget for the month was used up, and it says that servers are paused then. The disk is
      kept. It does not resume by itself: resume it once the budget is raised, or the month is over.{' '}
      <Anchor component={Link} to="/costs" size="sm" underline="always">
        See the budget
      </Anchor>
    </Text>
  </Alert>
);
