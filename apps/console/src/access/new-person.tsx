import { PasswordInput, TextInput, type PasswordInputProps, type TextInputProps } from '@mantine/core';

const SHORTEST_PASSWORD = 10;

/** Why the API would refuse it as a new password; false when it would not. */
export const tooShort = (password: string) =>
  password.length < SHORTEST_PASSWORD && `At least ${SHORTEST_PASSWORD} characters`;

/** What somebody is called who has no account yet. */
export const NameField = (field: TextInputProps) => (
  <TextInput label="Your name" autoComplete="name" required maxLength={100} {...field} />
);

/** A password that is to be set. */
export const NewPasswordField = (field: PasswordInputProps) => (
  <PasswordInput
    label="Password"
    description={`At least ${SHORTEST_PASSWORD} characters; a sentence is good`}
    autoComplete="new-password"
    required
    {...field}
  />
);
