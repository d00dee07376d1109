import { Button, Group, NativeSelect } from '@mantine/core';
import type { Invoice } from '@berth/contracts';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { monthAfter, monthName, monthOf } from '../costs/months.ts';
import { useInvalidation } from './invalidation.ts';

const MONTHS_BACK = 12;

/** Closes a month of an account that is over without waiting, or again after its invoice was made void. */
export function CloseMonth({ of: id }: { of: string }) {
  const [now] = useState(() => monthOf(Date.now()));
  const months = Array.from({ length: MONTHS_BACK }, (_, i) => monthAfter(now, -1 - i));
  const [month, setMonth] = useState(months[0] ?? now);
  const invalidate = useInvalidation();
  const close = useOrder<Invoice>({
    done: ({ number }) => `${number} is issued`,
    onDone: () => invalidate(id),
  });
  return (
    <Group gap="xs">
      <NativeSelect
        aria-label="Month to close"
        value={month}
        onChange={({ currentTarget }) => setMonth(currentTarget.value)}
        data={months.map((value) => ({ value, label: monthName(value) }))}
      />
      <Button
        variant="default"
        loading={close.isPending}
        onClick={() => close.mutate(calls.closeMonth(id, month))}
      >
        Close the month now
      </Button>
    </Group>
  );
}
