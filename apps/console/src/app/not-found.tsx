import { Button } from '@mantine/core';
import { IconMapPinOff } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty
        icon={<IconMapPinOff size={28} />}
        title="There is no such page"
        action={
          <Button component={Link} to="/">
            To the start
          </Button>
        }
      >
        It may have been moved, or the address is mistyped.
      </Empty>
    </Page>
  );
}
