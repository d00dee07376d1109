import { Avatar, UnstyledButton, VisuallyHidden, type UnstyledButtonProps } from '@mantine/core';
import { lazy, Suspense, useState, type ComponentProps } from 'react';
import { useMe } from './session.tsx';

const opened = () => import('./user-menu-opened.tsx');
const UserMenuOpened = lazy(opened);

export function UserMenu() {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <UserMenuButton
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void opened()}
      onClick={() => setWanted(true)}
    />
  );
  return isWanted ? (
    <Suspense fallback={button}>
      <UserMenuOpened />
    </Suspense>
  ) : (
    button
  );
}

export function UserMenuButton(props: UnstyledButtonProps & ComponentProps<'button'>) {
  const { user } = useMe();
  return (
    <UnstyledButton {...props}>
      <VisuallyHidden>{`${user.name}: your menu`}</VisuallyHidden>
      <Avatar name={user.name} color="harbour" radius="xl" size={34} aria-hidden />
    </UnstyledButton>
  );
}
