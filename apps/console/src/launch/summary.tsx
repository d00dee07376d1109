import { Alert, Anchor, Button, Divider, Group, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconRocket } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { Problem } from '../api/problem.ts';
import { money } from '../ui/money.ts';
import { Moment } from '../ui/moment.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import classes from './launch.module.css';
import type { ShownPrice } from './prices.ts';
import { refusalOf } from './refusal.ts';

interface Props {
  price: ShownPrice | undefined;
  isLaunching: boolean;
  /** Why the last attempt came to nothing. */
  problem: Problem | undefined;
}

/** What it costs, always in view, and the button. */
export function Summary({ price, isLaunching, problem }: Props) {
  const launch = useRef<HTMLButtonElement>(null);
  // All is filled in: Enter launches.
  useEffect(() => launch.current?.focus({ preventScroll: true }), []);
  return (
    <Paper withBorder p="lg" className={classes.summary} component="section" aria-label="Price">
      <Stack gap="md">
        {price && <Total price={price} />}
        {problem && <Refused problem={problem} />}
        <Button
          ref={launch}
          type="submit"
          size="md"
          fullWidth
          loading={isLaunching}
          leftSection={<IconRocket size={18} aria-hidden />}
          aria-describedby="launch-price"
        >
          Launch
        </Button>
        <Text size="xs" c="dimmed" className={classes.details}>
          Billed by the minute from when it runs. A launch that fails costs nothing.
        </Text>
      </Stack>
    </Paper>
  );
}

function Total({ price }: { price: ShownPrice }) {
  const { currency, running, paused, compute, disk, changes } = price;
  const [change] = changes;
  return (
    <Stack gap="xs" className={classes.figures}>
      <Group id="launch-price" justify="space-between" align="baseline" gap="xs">
        <Text span fw={700} fz="h2" lh={1.1}>
          {money(running.perHour, currency)}
          <Text span size="sm" fw={400} c="dimmed">
            {' '}
            / hour
          </Text>
        </Text>
        <Text span size="sm">
          {money(running.perMonth, currency)} / month
        </Text>
      </Group>
      <Stack gap="xs" className={classes.details}>
        <Divider />
        <Line label="Compute" amount={`${money(compute.perMonth, currency)} / month`} />
        <Line label="Disk" amount={`${money(disk.perMonth, currency)} / month`} />
        <Line label="While paused" amount={`${money(paused.perMonth, currency)} / month`} />
        {change && (
          <Text size="xs">
            {money(change.running.perMonth, currency)} / month from <Moment at={change.activeFrom} />
          </Text>
        )}
      </Stack>
    </Stack>
  );
}

const Line = ({ label, amount }: { label: string; amount: string }) => (
  <Group justify="space-between" gap="xs">
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <Text size="sm">{amount}</Text>
  </Group>
);

function Refused({ problem }: { problem: Problem }) {
  const { text, fields } = refusalOf(problem);
  if (!text && Object.keys(fields).length === 0) return <ProblemAlert error={problem} />;
  return (
    <Alert role="alert" color="red" variant="outline" icon={<IconAlertTriangle />} title={problem.title}>
      <Text size="sm">{text ?? Object.values(fields).join(' · ')}</Text>
      {problem.code === 'quota_exceeded' && (
        <Anchor component={Link} to="/account" size="sm" underline="always">
          Your limits
        </Anchor>
      )}
      {problem.code === 'budget_exceeded' && (
        <Anchor component={Link} to="/costs" size="sm" underline="always">
          See the budget
        </Anchor>
      )}
    </Alert>
  );
}
