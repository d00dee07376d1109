import { TagsInput } from '@mantine/core';
import { problemOf } from './tags.ts';

interface Props {
  /** As `tagsOf` reads them. */
  value: string[];
  onChange: (texts: string[]) => void;
  /** What the API said against them. */
  error?: string | undefined;
}

/** Where tags are typed: `env=test`, Enter. */
export const TagsField = ({ value, onChange, error }: Props) => (
  <TagsInput
    label="Tags"
    description="Your own labels, such as env=test; Enter or a comma adds one"
    placeholder={value.length === 0 ? 'env=test' : ''}
    value={value}
    onChange={onChange}
    error={problemOf(value) ?? error}
    acceptValueOnBlur
    clearable
  />
);
