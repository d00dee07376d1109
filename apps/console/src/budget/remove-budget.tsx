import { useQueryClient } from '@tanstack/react-query';
import type { Budget } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { Sure } from '../ui/sure.tsx';

/** The button that takes the budget away, whatever it is by now. */
export function RemoveBudget() {
  const client = useQueryClient();
  const remove = useOrder<Budget>({
    done: 'There is no budget any more',
    onDone: (none) => client.setQueryData<Budget>(keyOf(calls.budget()), none),
  });
  return (
    <Sure
      button="Remove"
      label="Remove the budget"
      title="Remove the budget?"
      isPending={remove.isPending}
      onSure={() => remove.mutate(calls.removeBudget())}
    >
      Nobody is written to any more, and what it has blocked is free at once. Servers that it has paused stay
      paused.
    </Sure>
  );
}
