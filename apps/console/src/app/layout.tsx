import {
  ActionIcon,
  AppShell,
  Burger,
  Center,
  Group,
  Loader,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useMemo, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useMe } from '../access/session.tsx';
import { UserMenu } from '../access/user-menu.tsx';
import { useConnected } from '../live/live.tsx';
import { Dot } from '../ui/status.tsx';
import { placesOf } from './navigation.tsx';
import { useShortcuts } from './shortcuts.ts';

const VerifyBanner = lazy(() => import('../access/verify-banner.tsx'));
const ClosingBanner = lazy(() => import('../account/closing-banner.tsx'));

/** What is around every screen of somebody who is logged in. */
export function Layout({ children }: { children: ReactNode }) {
  const { role, user, account } = useMe();
  const places = useMemo(() => placesOf(role), [role]);
  const [opened, { toggle, close }] = useDisclosure();
  const [pathname] = useLocation();
  useEffect(close, [pathname, close]);
  useShortcuts(places);
  const here =
    places.findLast(({ to }) => pathname === to) ??
    places.findLast(({ to }) => pathname.startsWith(`${to}/`));
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding={{ base: 'md', sm: 'xl' }}
      >
        <AppShell.Header px="md">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Group wrap="nowrap" gap="sm">
              <Burger hiddenFrom="sm" size="sm" opened={opened} onClick={toggle} aria-label="Menu" />
              <Group
                component={Link as never}
                {...{ to: '/' }}
                gap={8}
                wrap="nowrap"
                style={{ textDecoration: 'none', color: 'inherit' }}
              >
                <img src="/favicon.svg" alt="" width={28} height={28} />
                <Text fw={700}>Berth</Text>
              </Group>
            </Group>
            <Group gap="xs" wrap="nowrap">
              {role !== 'staff' && <Connection />}
              <ColourScheme />
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label="Main">
          {places.map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={18} aria-hidden />}
              active={here?.to === to}
              aria-current={here?.to === to ? 'page' : undefined}
            />
          ))}
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1}>
          <Suspense>{user.emailVerified === false && <VerifyBanner />}</Suspense>
          <Suspense>{account.closing && <ClosingBanner of={account.closing} />}</Suspense>
          <Suspense
            fallback={
              <Center mih={240}>
                <Loader role="status" aria-label="Loading" />
              </Center>
            }
          >
            {children}
          </Suspense>
        </AppShell.Main>
      </AppShell>
    </>
  );
}

function Connection() {
  const connected = useConnected();
  return (
    <Text size="xs" c="dimmed" role="status" visibleFrom="xs">
      <Dot tone={connected ? 'good' : 'warn'} label={connected ? 'Live' : 'Connecting'} />
    </Text>
  );
}

function ColourScheme() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      onClick={() => setColorScheme(other)}
      aria-label={`Use ${other} colours`}
    >
      {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}
