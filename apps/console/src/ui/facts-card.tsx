import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  note?: ReactNode;
  of: readonly (readonly [string, ReactNode])[];
}

/** What there is to know about something, by name. */
export const FactsCard = ({ title, note, of }: Props) => (
  <Paper component="section" withBorder p="lg" radius="md">
    <Title order={2} size="h4" mb="sm">
      {title}
    </Title>
    <Stack component="dl" gap="sm" m={0}>
      {of.map(([name, value]) => (
        <div key={name}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </Stack>
    {note && (
      <Text component="div" size="sm" c="dimmed" mt="md">
        {note}
      </Text>
    )}
  </Paper>
);
