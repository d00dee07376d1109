import { Alert, Badge, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconHandStop } from '@tabler/icons-react';
import type { Budget } from '@berth/contracts';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { BudgetGauge } from './budget-gauge.tsx';
import { EditBudget } from './edit-budget.tsx';
import { isSet, percentsText, type SetBudget } from './gauge.ts';
import { RemoveBudget } from './remove-budget.tsx';
import { ACTIONS, maySetBudget, STATES } from './words.ts';

/** It grows while somebody looks. */
const AGAIN_MILLISECONDS = 60_000;

/** What this month may cost, and how far it has come. */
export function BudgetCard() {
  const budget = useQuery({ ...reading(calls.budget()), refetchInterval: AGAIN_MILLISECONDS });
  return (
    <Loaded of={budget} skeleton={<Skeleton h={170} radius="md" />}>
      {(known) => <Card budget={known} />}
    </Loaded>
  );
}

function Card({ budget }: { budget: Budget }) {
  const maySet = maySetBudget(useMe().role);
  return (
    <Paper component="section" withBorder p="lg" radius="md" aria-labelledby="budget">
      <Stack gap="md">
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2} size="h4" id="budget">
              Budget
            </Title>
            {isSet(budget) && <BudgetState of={budget.state} />}
          </Group>
          {maySet && (
            <Group gap="xs">
              <EditBudget of={budget} />
              {isSet(budget) && <RemoveBudget />}
            </Group>
          )}
        </Group>
        {isSet(budget) ? <BudgetUse of={budget} /> : <None maySet={maySet} />}
      </Stack>
    </Paper>
  );
}

/** Whether it is used up, or soon will be. */
export function BudgetState({ of: state }: { of: Budget['state'] }) {
  const { label, colour } = STATES[state];
  return (
    <Badge {...(colour ? { variant: 'outline', color: colour } : { variant: 'default' })}>{label}</Badge>
  );
}

const None = ({ maySet }: { maySet: boolean }) => (
  <Text c="dimmed">
    There is no budget yet: nobody is told, and nothing stops, whatever is spent.{' '}
    {maySet
      ? 'Set one to be written to on the way, and to say what happens when it is used up.'
      : 'An owner, an admin or who sees to the bills can set one.'}
  </Text>
);

/** How far a budget is used, and what that has led to. */
export function BudgetUse({ of: budget }: { of: SetBudget }) {
  const { amount, used, forecast, currency, percent, warnAt, action, acted } = budget;
  const isHeadingBeyond = Number(forecast) > Number(amount);
  return (
    <Stack gap="md">
      {acted && (
        <Alert
          role="alert"
          color="red"
          variant="outline"
          icon={<IconHandStop />}
          title={acted.action === 'pause_servers' ? 'Servers were paused' : 'Nothing is launched or resumed'}
        >
          <Text size="sm" component="div">
            {acted.reason} Since <Moment at={acted.at} />, until the budget is raised or the month is over.
          </Text>
        </Alert>
      )}
      <Text fz="lg" fw={600} title={`${used} of ${amount} ${currency}`}>
        {money(used, currency)} of {money(amount, currency)}{' '}
        <Text span size="sm" c="dimmed" fw={400}>
          {percent} % used
        </Text>
      </Text>
      <BudgetGauge of={budget} />
      <Text size="sm" c="dimmed" mt="xs" component="div">
        The month is heading for {money(forecast, currency)}
        {isHeadingBeyond ? ', beyond the budget' : ', within the budget'}. Owners and who sees to the bills
        are written to at {percentsText([...new Set([...warnAt, 100])].sort((a, b) => a - b))}. When it is
        used up, {ACTIONS[action].means}. Nothing is ever terminated. Before tax and credit; months are UTC.
      </Text>
    </Stack>
  );
}
