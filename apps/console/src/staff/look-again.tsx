import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { IconRefresh } from '@tabler/icons-react';

/** Reads anew: staff have no stream of events that would keep a list true. */
export const LookAgain = ({ of }: { of: UseQueryResult }) => (
  <Button
    variant="default"
    leftSection={<IconRefresh size={16} />}
    loading={of.isFetching}
    onClick={() => void of.refetch()}
  >
    Look again
  </Button>
);
