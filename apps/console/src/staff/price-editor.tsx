import { Alert, Button, FileButton, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle, IconFileUpload } from '@tabler/icons-react';
import type { AppliedPrices, BookedPrices, PriceFault, PricePreview } from '@berth/contracts';
import { useState } from 'react';
import { calls } from '../api/calls.ts';
import { useOrder } from '../api/ordering.tsx';
import { isProblem } from '../api/problem.ts';
import { keyOf } from '../api/reading.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Sure } from '../ui/sure.tsx';
import { PriceDiff } from './price-diff.tsx';

/** A price list in YAML, what it would change, and doing that. It begins with what staff have announced so far. */
export function PriceEditor({ of: book }: { of: BookedPrices }) {
  const queries = useQueryClient();
  const [yaml, setYaml] = useState(book.yaml);
  const preview = useOrder<PricePreview>({ onRefused: () => true });
  const readAgain = () => {
    for (const call of [calls.prices(), calls.catalog()])
      void queries.invalidateQueries({ queryKey: keyOf(call) });
  };
  const apply = useOrder<AppliedPrices>({
    done: ({ changes }) => `${changes.length} ${changes.length === 1 ? 'price is' : 'prices are'} announced`,
    onDone: () => {
      preview.reset();
      readAgain();
    },
    onRefused: () => true,
  });
  /** Somebody else has applied something: what this list changes is another thing now. */
  const lookAgain = () => {
    readAgain();
    apply.reset();
    preview.mutate(calls.previewPrices(yaml));
  };
  /** What was previewed is what stands there. */
  const write = (text: string) => {
    setYaml(text);
    preview.reset();
    apply.reset();
  };
  const shown = preview.data;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The list takes the place of what staff announced before: what it leaves out is withdrawn. What has
        begun need not stand in it, and prices of the catalog file are changed in the file.
      </Text>
      <Textarea
        label="Price list in YAML"
        description="As in the catalog file: prices, a list for each region, currency and beginning"
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
        value={yaml}
        onChange={({ currentTarget }) => write(currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group>
        <Button loading={preview.isPending} onClick={() => preview.mutate(calls.previewPrices(yaml))}>
          Preview
        </Button>
        <FileButton accept=".yaml,.yml" onChange={(file) => void file?.text().then(write)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileUpload size={16} />}>
              Open a file
            </Button>
          )}
        </FileButton>
      </Group>
      {preview.isError && <ProblemAlert error={preview.error} />}
      {shown && shown.faults.length > 0 && <Faults of={shown.faults} />}
      {shown && shown.faults.length === 0 && <PriceDiff of={shown.changes} />}
      {shown && shown.changes.length > 0 && (
        <Group>
          <Sure
            button="Apply"
            label="Apply the price list"
            title="Announce these prices?"
            isPending={apply.isPending}
            onSure={() => apply.mutate(calls.applyPrices(yaml, shown.revision))}
          >
            Every account without a price of its own is billed by them from the time they begin. Until then
            they can be changed and withdrawn, afterwards neither.
          </Sure>
        </Group>
      )}
      {apply.isError && (
        <ProblemAlert
          error={apply.error}
          {...(isProblem(apply.error, 'changed_meanwhile') && { onRetry: lookAgain })}
        />
      )}
    </Stack>
  );
}

const Faults = ({ of }: { of: readonly PriceFault[] }) => (
  <Alert
    role="alert"
    color="red"
    variant="outline"
    icon={<IconAlertTriangle />}
    title={of.length === 1 ? 'One thing is wrong' : `${of.length} things are wrong`}
  >
    <List size="sm" style={{ overflowWrap: 'anywhere' }}>
      {of.map(({ line, key, message }) => (
        <List.Item key={`${line} ${key} ${message}`}>
          {`Line ${line}${key && `, ${key}`}: ${message}`}
        </List.Item>
      ))}
    </List>
  </Alert>
);
