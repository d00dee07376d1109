import { TagsInput } from '@mantine/core';
import { problemOf } from './networks.ts';

interface Props {
  value: string[];
  onChange: (networks: string[]) => void;
}

/** From where a token may be used: `192.0.2.0/24`, Enter. */
export const NetworksField = ({ value, onChange }: Props) => (
  <TagsInput
    label="Networks"
    description="From where it may be used; Enter or a comma adds one. None: from anywhere"
    placeholder={value.length === 0 ? '192.0.2.0/24' : ''}
    value={value}
    onChange={onChange}
    error={problemOf(value)}
    splitChars={[',', ' ']}
    acceptValueOnBlur
    clearable
  />
);
