import { Checkbox, Stack } from '@mantine/core';
import type { TokenScope } from '@berth/contracts';
import type { ReactNode } from 'react';
import { SCOPES } from './scopes.ts';

interface Props {
  offered: readonly TokenScope[];
  /** Null: all that one may do oneself. */
  value: TokenScope[] | null;
  onChange: (scopes: TokenScope[] | null) => void;
  error: ReactNode;
}

/** What a token may do: all that its maker may, or what is ticked. */
export const ScopesField = ({ offered, value, onChange, error }: Props) => (
  <Stack gap="xs">
    <Checkbox
      label="All that you may do"
      description="Leave it ticked, or choose what the program needs"
      checked={value === null}
      onChange={({ currentTarget }) => onChange(currentTarget.checked ? null : [])}
    />
    {value && (
      <Checkbox.Group
        label="Only this"
        value={value}
        onChange={(chosen) => onChange(offered.filter((scope) => chosen.includes(scope)))}
        error={error}
      >
        <Stack gap="xs" py="xs">
          {offered.map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              label={SCOPES[scope].label}
              description={SCOPES[scope].allows}
            />
          ))}
        </Stack>
      </Checkbox.Group>
    )}
  </Stack>
);
