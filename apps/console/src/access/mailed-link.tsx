import { Alert, Text } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { isProblem } from '../api/problem.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** The secret of the link that led here. It is in the fragment, which a browser sends to nobody. */
export function useSecret(): string {
  const [secret] = useState(() => location.hash.slice(1));
  return secret;
}

/** What the screens of mailed links lead to besides. */
export const TO_CONSOLE = { text: 'Something else?', to: '/', label: 'Go to the console' };

/** What is wrong with a link, and how to get another. */
export function LinkProblem({ error, another }: { error: unknown; another: ReactNode }) {
  if (!isProblem(error, 'not_found')) return <ProblemAlert error={error} />;
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      icon={<IconLinkOff />}
      title="This link is no longer good"
    >
      <Text size="sm">It was used already, another was sent after it, or its time is over. {another}</Text>
    </Alert>
  );
}
