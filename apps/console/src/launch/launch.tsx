import { Group, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconShoppingCartOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { Empty } from '../ui/empty.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Page } from '../ui/page.tsx';
import { fitted } from './configuration.ts';
import { lastConfiguration } from './last-configuration.ts';
import { LaunchForm } from './launch-form.tsx';
import classes from './launch.module.css';

export default function LaunchScreen() {
  const catalog = useQuery(reading(calls.catalog()));
  const { account } = useMe();
  const [last] = useState(() => lastConfiguration(account.id));
  return (
    <Loaded
      of={catalog}
      skeleton={
        <Page title="Launch a server">
          <LaunchSkeleton />
        </Page>
      }
    >
      {(offered) => {
        const initial = fitted(offered, last);
        return initial ? (
          <LaunchForm catalog={offered} initial={initial} />
        ) : (
          <Page title="Launch a server">
            <Empty icon={<IconShoppingCartOff size={28} />} title="Nothing is offered yet">
              There is no product in the catalog. Ask the people who run this service.
            </Empty>
          </Page>
        );
      }}
    </Loaded>
  );
}

const LaunchSkeleton = () => (
  <div className={classes.layout}>
    <Stack gap="xl">
      {[84, 170, 62, 36, 60].map((height) => (
        <Stack key={height} gap="sm">
          <Skeleton h={20} w={120} />
          <Group grow>
            <Skeleton h={height} />
            <Skeleton h={height} />
          </Group>
        </Stack>
      ))}
    </Stack>
    <Skeleton h={280} visibleFrom="md" />
  </div>
);
