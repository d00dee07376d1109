import { Group, Skeleton, Stack } from '@mantine/core';
import classes from './servers.module.css';
import type { Look } from './toolbar.tsx';

/** The list before it is there: a toolbar, and rows or cards. */
export const ServersSkeleton = ({ look }: { look: Look }) => (
  <Stack gap="sm">
    <Skeleton h={36} maw={420} />
    <Group gap={6}>
      {[52, 92, 92, 84, 132].map((width, i) => (
        <Skeleton key={i} h={28} w={width} radius="xl" />
      ))}
    </Group>
    {look === 'table' ? (
      Array.from({ length: 6 }, (_, i) => <Skeleton key={i} h={52} />)
    ) : (
      <div className={classes.skeletonCards}>
        {Array.from({ length: 6 }, (_, i) => (
          <Skeleton key={i} h={190} radius="md" />
        ))}
      </div>
    )}
  </Stack>
);
