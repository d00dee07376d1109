import { Alert, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';

/** Names the services that did not answer in time, so that nobody takes a short list for a whole one. */
export const Unanswered = ({ services }: { services: readonly string[] }) =>
  services.length > 0 && (
    <Alert
      role="status"
      color="yellow"
      variant="outline"
      icon={<IconPlugConnectedX />}
      title={`Not all services answered: ${services.join(', ')}`}
    >
      <Text size="sm">What they know is missing here. Look again in a while.</Text>
    </Alert>
  );
