import { Anchor, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Limits, Me } from '@berth/contracts';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ROLES } from '../members/roles.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Dot } from '../ui/status.tsx';
import { YourName } from './your-name.tsx';

export default function AccountScreen() {
  const { user, account, role, limits } = useMe();
  const use = useQuery(reading(calls.limits()));
  const of = (what: keyof Limits['limits'], unit = '') => {
    const most = `${COUNT.format((use.data?.limits ?? limits)[what])}${unit}`;
    return use.data ? `${COUNT.format(use.data.used[what])} of ${most} in use` : most;
  };
  return (
    <Page title="Account" actions={<ApiCalls of={API_CALLS} />}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Facts
          title="You"
          of={[
            ['Name', <YourName key="name" />],
            ['E-mail', user.email],
            ['Role', ROLES[role]],
            ['Since', <Moment key="since" at={user.createdAt} />],
          ]}
        />
        <Facts
          title="Your account"
          of={[
            ['Name', account.name],
            ['Id', account.id],
            ['Standing', <Standing key="standing" of={account.status} />],
            ['Since', <Moment key="since" at={account.createdAt} />],
          ]}
        />
        <Facts
          title="Limits"
          note="How much the account may have at once. Ask support for more."
          of={[
            ['Servers', of('servers')],
            ['vCPU', of('vcpu')],
            ['Disk', of('diskGib', ' GiB')],
          ]}
        />
        <Facts
          title="Programs"
          note={
            <>
              Whatever this console does, the{' '}
              <Anchor href="/docs" underline="always">
                REST API
              </Anchor>{' '}
              does too, with an{' '}
              <Anchor component={Link} to="/account/tokens" underline="always">
                API token
              </Anchor>
              .
            </>
          }
          of={[['Address', `${location.origin}/v1`]]}
        />
      </SimpleGrid>
    </Page>
  );
}

const API_CALLS = [
  { title: 'Who you are', call: calls.me() },
  { title: 'Change what you are called', call: calls.updateMe({ name: 'Ada King' }) },
  { title: 'Your limits, and what is in use', call: calls.limits() },
];

const COUNT = new Intl.NumberFormat();

function Standing({ of }: { of: Me['account']['status'] }) {
  if (of === 'active') return <Dot tone="good" label="Active" />;
  if (of === 'closed') return <Dot tone="calm" label="Closed" />;
  return <Dot tone="bad" label="Suspended: it may read, pay and terminate" />;
}

interface FactsProps {
  title: string;
  note?: ReactNode;
  of: readonly (readonly [string, ReactNode])[];
}

function Facts({ title, note, of }: FactsProps) {
  return (
    <Paper component="section" withBorder p="lg" radius="md">
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Stack component="dl" gap="sm" m={0}>
        {of.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Text>
          </div>
        ))}
      </Stack>
      {note && (
        <Text size="sm" c="dimmed" mt="md">
          {note}
        </Text>
      )}
    </Paper>
  );
}
