import { Menu, Text } from '@mantine/core';
import { IconBook, IconLogout, IconUser } from '@tabler/icons-react';
import { Link } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { OtherAccounts } from './other-accounts.tsx';
import { useMe, useSessionChanged } from './session.tsx';
import { UserMenuButton } from './user-menu.tsx';

/** The menu, open: it comes when it is opened first, for what it is made of is much of a first load. */
export default function UserMenuOpened() {
  const { user, account, role } = useMe();
  const changed = useSessionChanged();
  const logOut = useOrder({ onDone: () => void changed() });
  return (
    <Menu position="bottom-end" width={240} defaultOpened returnFocus>
      <Menu.Target>
        <UserMenuButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {user.name}
          </Text>
          <Text size="xs">{role === 'staff' ? 'Staff' : account.name}</Text>
          <Text size="xs">{user.email}</Text>
        </Menu.Label>
        <Menu.Divider />
        {role !== 'staff' && <OtherAccounts />}
        {role !== 'staff' && (
          <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} />}>
            Account
          </Menu.Item>
        )}
        <Menu.Item component="a" href="/docs" leftSection={<IconBook size={16} />}>
          API documentation
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logOut.mutate(calls.logOut())}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
