import { Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './launch.module.css';

export interface Option {
  value: string;
  title: string;
  /** Under the title. */
  children?: ReactNode;
}

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly Option[];
  columns: Record<string, number>;
  error?: string | undefined;
}

/** One of a few, as cards. */
export function Choice({ label, value, onChange, options, columns, error }: Props) {
  return (
    <Radio.Group aria-label={label} value={value} onChange={onChange} error={error}>
      <SimpleGrid cols={columns} spacing="sm">
        {options.map(({ value: option, title, children }) => (
          <Radio.Card key={option} value={option} className={classes.card}>
            <Stack gap={2}>
              <Text fw={600} size="sm">
                {title}
              </Text>
              {children}
            </Stack>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
