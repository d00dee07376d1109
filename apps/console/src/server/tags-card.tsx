import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import type { Server } from '@berth/contracts';
import { useState } from 'react';
import { TagsField } from '../ui/tags-field.tsx';
import { problemOf, tagsOf, textsOf } from '../ui/tags.ts';
import { Card } from './card.tsx';
import { useEdit } from './editing.tsx';
import { SaveOrCancel } from './save-or-cancel.tsx';

/** The customer's own labels, to be changed. */
export function TagsCard({ server, editable }: { server: Server; editable: boolean }) {
  const [isEditing, setEditing] = useState(false);
  return (
    <Card
      title="Tags"
      aside={
        editable &&
        !isEditing && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEditing(true)}
            aria-label="Edit the tags"
          >
            Edit
          </Button>
        )
      }
    >
      {isEditing ? (
        <Editor server={server} onClose={() => setEditing(false)} />
      ) : (
        <Shown texts={textsOf(server.tags)} />
      )}
    </Card>
  );
}

const Shown = ({ texts }: { texts: string[] }) =>
  texts.length === 0 ? (
    <Text size="sm" c="dimmed">
      None yet. Tags help to find servers in the list.
    </Text>
  ) : (
    <Group gap={6}>
      {texts.map((text) => (
        <Badge key={text} variant="default" tt="none" fw={500} radius="sm" maw="100%">
          {text}
        </Badge>
      ))}
    </Group>
  );

function Editor({ server, onClose }: { server: Server; onClose: () => void }) {
  const [seen] = useState(server.tags);
  const [texts, setTexts] = useState(() => textsOf(server.tags));
  const edit = useEdit(server.id);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        edit.mutate(
          { field: 'tags', seen, wanted: tagsOf(texts), done: 'Tags changed' },
          { onSettled: onClose },
        );
      }}
    >
      <Stack gap="sm">
        <TagsField value={texts} onChange={setTexts} />
        <SaveOrCancel isSaving={edit.isPending} disabled={problemOf(texts) !== null} onCancel={onClose} />
      </Stack>
    </form>
  );
}
