import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import type { NewReconciliation, Reconciliation } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { keyOf } from '../api/reading.ts';
import { monthAfter, monthOf } from '../costs/months.ts';
import { useNow } from '../ui/moment.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** What the API is shown to take. */
export const EXAMPLE_REPORT: NewReconciliation = {
  month: '2026-11',
  report: 'cur/berth/20261101-20261201/berth-Manifest.json',
};

/** Has a month compared with AWS's report of it. */
export function StartReconciliation() {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>Compare a month</Button>
      {isOpen && <ReconciliationForm onClose={close} />}
    </>
  );
}

function ReconciliationForm({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const now = useNow();
  const form = useForm({
    initialValues: { month: monthAfter(monthOf(now), -1), report: '' },
    validate: {
      month: (text) => !/^\d{4}-\d{2}$/.test(text) && 'A month such as 2026-11',
      report: (text) => !text.trim() && 'Name the report',
    },
  });
  const start = useOrder<Reconciliation>({
    done: 'The comparison has begun',
    onDone: () => {
      void queries.invalidateQueries({ queryKey: keyOf(calls.reconciliations()).slice(0, 1) });
      onClose();
    },
    onRefused: () => true,
  });
  const submit = ({ month, report }: typeof form.values) =>
    start.mutate(calls.startReconciliation({ month, report: report.trim() }));
  return (
    <Modal opened onClose={onClose} title="Compare a month with AWS">
      <form onSubmit={(event) => form.onSubmit(submit)(event)}>
        <Stack>
          <TextInput
            label="Month"
            description="One that is over, in UTC"
            placeholder="2026-11"
            data-autofocus
            required
            {...form.getInputProps('month')}
          />
          <TextInput
            label="Report"
            description="Its key in the bucket of reports: of the manifest, or of a single file"
            placeholder={EXAMPLE_REPORT.report}
            required
            {...form.getInputProps('report')}
          />
          {start.isError && <ProblemAlert error={start.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={start.isPending}>
              Compare
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
