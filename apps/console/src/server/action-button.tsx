import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends ButtonProps {
  /** Why it cannot be used now; null: it can. */
  obstacle: string | null;
  onClick: () => void;
  children: ReactNode;
}

/** A button that, when it cannot be used, can still be reached and says why. */
export function ActionButton({ obstacle, onClick, children, ...button }: Props) {
  return (
    <Tooltip
      label={obstacle}
      disabled={obstacle === null}
      events={{ hover: true, focus: true, touch: true }}
      multiline
      maw={280}
    >
      <Button
        {...button}
        {...(obstacle !== null && {
          'data-disabled': true,
          'aria-disabled': true,
          'aria-description': obstacle,
        })}
        onClick={() => obstacle === null && onClick()}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
