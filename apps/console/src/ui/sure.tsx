import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

interface Props {
  button: string;
  label: string;
  title: string;
  isPending: boolean;
  onSure: () => void;
  children: string;
}

/** A button that asks first. */
export function Sure({ button, label, title, isPending, onSure, children }: Props) {
  const [isAsking, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" aria-label={label} onClick={open}>
        {button}
      </Button>
      <Modal opened={isAsking} onClose={close} title={title}>
        <Stack>
          <Text size="sm">{children}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button
              color="red"
              loading={isPending}
              onClick={() => {
                onSure();
                close();
              }}
            >
              {button}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
