import { Anchor, Group, NativeSelect, Paper, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconSearch, IconUsersGroup } from '@tabler/icons-react';
import type { AccountStatus, FoundAccount } from '@berth/contracts';
import { Link, useSearchParams } from 'wouter';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { PlainList } from '../ui/plain-list.tsx';
import { Standing } from '../ui/standing.tsx';

/** While somebody types, nothing is asked. */
const TYPING_MILLISECONDS = 200;

const STANDINGS = [
  { value: '', label: 'Any standing' },
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
  { value: 'closed', label: 'Closed' },
];

/** Customers' accounts, to be found. What is looked for is in the address. */
export default function AccountsScreen() {
  const [params, setParams] = useSearchParams();
  const [q, status] = [params.get('q') ?? '', params.get('status') ?? ''];
  const [asked] = useDebouncedValue(q, TYPING_MILLISECONDS);
  const call = calls.findAccounts({ q: asked.trim(), status: standingIn(status) });
  const found = useQuery({ ...reading(call), placeholderData: keepPreviousData });
  const look = (part: Record<string, string>) =>
    setParams(
      Object.entries({ q, status, ...part }).filter(([, value]) => value),
      { replace: true },
    );
  return (
    <Page
      title="Accounts"
      subtitle={<Text c="dimmed">The customers, newest first.</Text>}
      actions={<ApiCalls of={[{ title: 'Find accounts', call }]} />}
    >
      <search aria-label="Accounts">
        <Group gap="xs">
          <TextInput
            flex="1 1 16rem"
            aria-label="Search"
            placeholder="Id, name, or a member’s e-mail address"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={q}
            onChange={({ currentTarget }) => look({ q: currentTarget.value })}
          />
          <NativeSelect
            aria-label="Standing"
            data={STANDINGS}
            value={status}
            onChange={({ currentTarget }) => look({ status: currentTarget.value })}
          />
        </Group>
      </search>
      <Loaded of={found} skeleton={<Skeleton h={320} radius="md" />}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty icon={<IconUsersGroup size={28} />} title="No such account">
              An id has to be whole, an address from its beginning; of a name any part will do.
            </Empty>
          ) : (
            <Stack gap="sm">
              <PlainList label="Accounts">
                {items.map((account) => (
                  <li key={account.id}>
                    <Found of={account} />
                  </li>
                ))}
              </PlainList>
              {nextCursor && <Text c="dimmed">There are more: say more about the one you look for.</Text>}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

/** People edit addresses. */
const standingIn = (text: string): AccountStatus | undefined =>
  STANDINGS.some(({ value }) => value === text && value !== '') ? (text as AccountStatus) : undefined;

const Found = ({ of: { id, name, status, closing, createdAt, owners } }: { of: FoundAccount }) => (
  <Paper withBorder p="md" radius="md">
    <Group justify="space-between" gap="sm">
      <Stack gap={4} miw={0} style={{ overflowWrap: 'anywhere' }}>
        <Title order={2} size="h5">
          <Anchor component={Link} to={`/staff/accounts/${id}`} inherit>
            {name}
          </Anchor>
        </Title>
        <Text size="sm">
          {owners.map((owner) => `${owner.name} <${owner.email}>`).join(', ') || 'Nobody owns it'}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          {id} · since <Moment at={createdAt} />
        </Text>
      </Stack>
      <Standing of={status} closing={closing} />
    </Group>
  </Paper>
);
