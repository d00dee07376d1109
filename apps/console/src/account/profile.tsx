import { Anchor, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { ROLES } from '../members/roles.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { FactsCard } from '../ui/facts-card.tsx';
import { inUse } from '../ui/in-use.ts';
import { Moment } from '../ui/moment.tsx';
import { Page } from '../ui/page.tsx';
import { Standing } from '../ui/standing.tsx';
import { CloseAccount } from './close-account.tsx';
import { YourName } from './your-name.tsx';

export default function AccountScreen() {
  const { user, account, role, limits } = useMe();
  const use = useQuery(reading(calls.limits()));
  return (
    <Page title="Account" actions={<ApiCalls of={API_CALLS} />}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <FactsCard
          title="You"
          of={[
            ['Name', <YourName key="name" />],
            ['E-mail', user.email],
            ['Role', ROLES[role]],
            ['Since', <Moment key="since" at={user.createdAt} />],
          ]}
        />
        <FactsCard
          title="Your account"
          of={[
            ['Name', account.name],
            ['Id', account.id],
            ['Standing', <Standing key="standing" of={account.status} closing={account.closing} />],
            ['Since', <Moment key="since" at={account.createdAt} />],
          ]}
        />
        <FactsCard
          title="Limits"
          note="How much the account may have at once. Ask support for more."
          of={inUse(use.data?.limits ?? limits, use.data?.used)}
        />
        <FactsCard
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
      {role === 'owner' && <CloseAccount />}
    </Page>
  );
}

const API_CALLS = [
  { title: 'Who you are', call: calls.me() },
  { title: 'Change what you are called', call: calls.updateMe({ name: 'Ada King' }) },
  { title: 'Your limits, and what is in use', call: calls.limits() },
  { title: 'Download everything', call: calls.exportAccount() },
  {
    title: 'Close the account',
    call: calls.closeAccount({ password: '…', accountName: 'Analytical Engines' }),
  },
  { title: 'Open it again', call: calls.reopenAccount() },
];
