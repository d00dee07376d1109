import { Button, Group } from '@mantine/core';

interface Props {
  isSaving: boolean;
  /** What is typed cannot be saved. */
  disabled: boolean;
  onCancel: () => void;
}

/** The end of a form that edits in place. */
export const SaveOrCancel = ({ isSaving, disabled, onCancel }: Props) => (
  <Group gap="xs">
    <Button type="submit" size="xs" loading={isSaving} disabled={disabled}>
      Save
    </Button>
    <Button size="xs" variant="default" onClick={onCancel}>
      Cancel
    </Button>
  </Group>
);
