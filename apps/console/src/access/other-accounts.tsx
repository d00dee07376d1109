import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSwitchHorizontal } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { reading } from '../api/reading.ts';
import { useMe, useSessionChanged } from './session.tsx';

/** The accounts one can go on in; nothing for who belongs to one alone. */
export function OtherAccounts() {
  const me = useMe();
  const own = useQuery(reading(calls.ownAccounts()));
  const [, navigate] = useLocation();
  const changed = useSessionChanged();
  // What is on the screen is of the account that is left.
  const change = useOrder({ onDone: () => void changed().then(() => navigate('/servers')) });
  const others = own.data?.items.filter(({ account }) => account.id !== me.account.id) ?? [];
  if (others.length === 0) return null;
  return (
    <>
      {others.map(({ account }) => (
        <Menu.Item
          key={account.id}
          leftSection={<IconSwitchHorizontal size={16} />}
          onClick={() => change.mutate(calls.switchAccount(account.id))}
        >
          Go to {account.name}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}
