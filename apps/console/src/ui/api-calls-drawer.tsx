import { Anchor, Button, Code, CopyButton, Drawer, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { curlOf } from '../api/curl.ts';
import type { ShownCall } from './api-calls.tsx';

/** Calls as curl, to be copied. */
export default function ApiCallsDrawer({ of, onClose }: { of: readonly ShownCall[]; onClose: () => void }) {
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title="The same over the API">
      <Stack>
        <Text size="sm" c="dimmed">
          <Code>$TOKEN</Code> is an{' '}
          <Anchor component={Link} to="/account/tokens" underline="always">
            API token
          </Anchor>
          ; all routes are in the{' '}
          <Anchor href="/docs" underline="always">
            documentation
          </Anchor>
          .
        </Text>
        {of.map(({ title, call }) => (
          <Curl key={title} title={title} text={curlOf(call, location.origin)} />
        ))}
      </Stack>
    </Drawer>
  );
}

function Curl({ title, text }: { title: string; text: string }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {title}
      </Title>
      <Code block tabIndex={0}>
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} style={{ alignSelf: 'flex-start' }}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
