import { Anchor, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** The frame of the screens that strangers see; `other` leads to the other one. */
export function Front({
  title,
  children,
  other,
}: {
  title: string;
  children: ReactNode;
  other: { text: string; to: string; label: string };
}) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <title>{`${title} · Berth`}</title>
      <Stack w="100%" maw={400} gap="lg">
        <Stack gap="xs" align="center">
          <img src="/favicon.svg" alt="" width={56} height={56} />
          <Title order={1} size="h2" ta="center">
            {title}
          </Title>
          <Text c="dimmed" ta="center">
            Your own server with its own name, billed by the minute.
          </Text>
        </Stack>
        <Paper withBorder p="lg" radius="lg" shadow="sm">
          {children}
        </Paper>
        <Text size="sm" ta="center">
          {other.text}{' '}
          <Anchor component={Link} to={other.to} underline="always">
            {other.label}
          </Anchor>
        </Text>
      </Stack>
    </Center>
  );
}
