import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';

/** A list of cards: a list to whoever hears the page, without marks to whoever sees it. */
export const PlainList = ({ label, children }: { label?: string; children: ReactNode }) => (
  <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label={label}>
    {children}
  </Stack>
);
