import { Group, Stack, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';

/** Whether a screen has been shown since the page was loaded: the first one leaves the focus where the browser has it. */
let followsAnother = false;

interface Props {
  title: string;
  /** Beside the title: the screen's buttons. */
  actions?: ReactNode;
  /** Under the title. */
  subtitle?: ReactNode;
  children: ReactNode;
}

/** A screen: its title, which is the document's too and gets the focus when somebody came from another one, unless a part of the screen took it. */
export function Page({ title, actions, subtitle, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isTaken = heading.current?.closest('main')?.contains(document.activeElement);
    if (followsAnother && !isTaken) heading.current?.focus({ preventScroll: true });
    followsAnother = true;
  }, []);
  return (
    <Stack gap="lg">
      <title>{`${title} · Berth`}</title>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4}>
          <Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
            {title}
          </Title>
          {subtitle}
        </Stack>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Stack>
  );
}
