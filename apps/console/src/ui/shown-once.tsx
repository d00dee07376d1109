import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  /** What the secret is: `Token`. */
  label: string;
  secret: string;
  /** For what is kept in a file rather than pasted somewhere. */
  fileName?: string;
  /** What to do with it. */
  children: ReactNode;
  onClose: () => void;
}

/** A secret that nobody can ever see again. Closed by its button alone: a click beside it would lose the secret. */
export function ShownOnce({ title, label, secret, fileName, children, onClose }: Props) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Alert color="yellow" variant="outline" icon={<IconAlertTriangle />} title="Copy it now">
          <Text size="sm">{children}</Text>
        </Alert>
        <Code
          block
          tabIndex={0}
          aria-label={label}
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {secret}
        </Code>
        <Group justify="flex-end">
          <CopyButton value={secret} timeout={4_000}>
            {({ copied, copy }) => (
              <Button
                data-autofocus
                onClick={copy}
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              >
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          {fileName && (
            <Button
              component="a"
              variant="default"
              href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${secret}\n`)}`}
              download={fileName}
              leftSection={<IconDownload size={16} />}
            >
              Download
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            I have it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
