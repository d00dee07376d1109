import { TextInput, type TextInputProps } from '@mantine/core';

/** A code of an authenticator app; a browser that knows it offers it. */
export const CodeField = (field: TextInputProps) => (
  <TextInput
    label="Code"
    description="The six digits that your authenticator app shows"
    inputMode="numeric"
    autoComplete="one-time-code"
    maxLength={10}
    required
    {...field}
  />
);

/** The same where a recovery code does as well. */
export const AnyCodeField = (field: TextInputProps) => (
  <CodeField
    description="Of your authenticator app, or a recovery code"
    inputMode="text"
    maxLength={40}
    {...field}
  />
);
